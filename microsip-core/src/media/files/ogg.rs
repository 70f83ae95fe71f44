//! Ogg Opus (RFC 7845). Pages are written whole, at every checkpoint, so that a file that was broken off ends with its last page.

use std::fs::File;
use std::io::{self, Write};

use ogg::PacketWriter;
use ogg::writing::PacketWriteEndInfo;

use super::encode::{Encoder, Shape};
use super::resample::scaled;
use crate::pj::opus::{OpusEncoder, RATE};

/// A page ends after this many packets of 20 ms, or at a checkpoint.
const PACKETS: u32 = 50;

pub(super) struct OpusFile {
    file: File,
    /// Whole pages in the file, in bytes.
    good: u64,
    pages: PacketWriter<'static, Vec<u8>>,
    encoder: OpusEncoder,
    shape: Shape,
    pre_skip: u16,
    serial: u32,
    pending: Vec<i16>,
    /// A packet is kept back, because only the last one may say that it is.
    held: Option<Vec<u8>>,
    /// Frames taken, packets made, and those on the page that is not written yet.
    taken: u64,
    packets: u64,
    on_page: u32,
}

impl OpusFile {
    pub(super) fn new(file: File, shape: Shape) -> io::Result<OpusFile> {
        let channels = u8::try_from(shape.channels).map_err(io::Error::other)?;
        let encoder = OpusEncoder::new(shape.rate, channels, shape.bitrate).map_err(io::Error::other)?;
        let pre_skip = scaled(u64::from(encoder.lookahead()), shape.rate, RATE) as u16;
        let mut this = OpusFile {
            file,
            good: 0,
            pages: PacketWriter::new(Vec::new()),
            pending: Vec::with_capacity(2 * encoder.frame() * usize::from(channels)),
            encoder,
            shape,
            pre_skip,
            serial: crate::pj::random(),
            held: None,
            taken: 0,
            packets: 0,
            on_page: 0,
        };
        this.headers(channels)?;
        Ok(this)
    }

    /// Identification and comment, a page each (§3).
    fn headers(&mut self, channels: u8) -> io::Result<()> {
        let mut head = Vec::from(*b"OpusHead\x01");
        head.push(channels);
        head.extend(self.pre_skip.to_le_bytes());
        head.extend(self.shape.rate.to_le_bytes());
        // No gain.
        head.extend([0, 0]);
        if channels == 1 {
            head.push(0);
        } else {
            // Family 1, Vorbis order: for two channels left and right, a stream each (§5.1.1.2).
            head.extend([1, channels, 0]);
            head.extend(0..channels);
        }
        let vendor = concat!("microsip ", env!("CARGO_PKG_VERSION"));
        let mut tags = Vec::from(*b"OpusTags");
        tags.extend((vendor.len() as u32).to_le_bytes());
        tags.extend(vendor.as_bytes());
        tags.extend(0_u32.to_le_bytes());
        for packet in [head, tags] {
            self.pages
                .write_packet(packet, self.serial, PacketWriteEndInfo::EndPage, 0)?;
        }
        self.flush()
    }

    fn encode_pending(&mut self) -> io::Result<()> {
        let block = self.encoder.frame() * usize::from(self.shape.channels);
        let mut used = 0;
        while let Some(samples) = self.pending.get(used..used + block) {
            used += block;
            let packet = self.encoder.encode(samples).map_err(io::Error::other)?.to_vec();
            if let Some(before) = self.held.replace(packet) {
                self.packets += 1;
                self.on_page += 1;
                let full = self.on_page >= PACKETS;
                self.put(before, full, self.packets * u64::from(RATE / 50))?;
            }
        }
        self.pending.drain(..used);
        Ok(())
    }

    fn put(&mut self, packet: Vec<u8>, ends_page: bool, granule: u64) -> io::Result<()> {
        let end = if ends_page {
            self.on_page = 0;
            PacketWriteEndInfo::EndPage
        } else {
            PacketWriteEndInfo::NormalPacket
        };
        self.pages.write_packet(packet, self.serial, end, granule)
    }

    /// Writes finished pages; a part of one that found no room is cut off again.
    fn flush(&mut self) -> io::Result<()> {
        let pages = std::mem::take(self.pages.inner_mut());
        if let Err(e) = self.file.write_all(&pages) {
            drop(self.file.set_len(self.good));
            return Err(e);
        }
        self.good += pages.len() as u64;
        Ok(())
    }
}

impl Encoder for OpusFile {
    fn write(&mut self, samples: &[i16]) -> io::Result<()> {
        self.taken += (samples.len() / usize::from(self.shape.channels)) as u64;
        self.pending.extend_from_slice(samples);
        self.encode_pending()?;
        if self.pages.inner().is_empty() {
            Ok(())
        } else {
            self.flush()
        }
    }

    fn checkpoint(&mut self) -> io::Result<()> {
        if self.on_page > 0
            && let Some(packet) = self.held.take()
        {
            self.packets += 1;
            let granule = self.packets * u64::from(RATE / 50);
            self.put(packet, true, granule)?;
        }
        self.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        // What the encoder is behind must come out too (§4.2 counts it in).
        let wanted = u64::from(self.pre_skip) + scaled(self.taken, self.shape.rate, RATE);
        let behind = || wanted.div_ceil(u64::from(RATE / 50));
        let block = self.encoder.frame() * usize::from(self.shape.channels);
        loop {
            let made = self.packets + u64::from(self.held.is_some());
            if made >= behind() && self.held.is_some() {
                break;
            }
            self.pending
                .resize(self.pending.len().next_multiple_of(block).max(block), 0);
            self.encode_pending()?;
        }
        if let Some(last) = self.held.take() {
            self.pages
                .write_packet(last, self.serial, PacketWriteEndInfo::EndStream, wanted)?;
        }
        self.flush()
    }

    fn frames(&self) -> u64 {
        self.taken
    }
}
