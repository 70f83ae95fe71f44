//! WAV files.

use std::path::Path;

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

use super::Audio;
use crate::{Error, Result};

impl Audio {
    /// Reads a WAV file of 8 to 32-bit integer or float samples. Of several channels the mean is taken.
    ///
    /// # Errors
    /// [`Error::Format`] naming the file.
    pub fn read_wav(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bad = |e: hound::Error| Error::Format(format!("{}: {e}", path.display()));
        let mut reader = WavReader::open(path).map_err(bad)?;
        let spec = reader.spec();
        let all: std::result::Result<Vec<f32>, _> = match spec.sample_format {
            SampleFormat::Float => reader.samples::<f32>().collect(),
            SampleFormat::Int => {
                let full = (1_u64 << (spec.bits_per_sample - 1)) as f32;
                reader.samples::<i32>().map(|s| s.map(|v| v as f32 / full)).collect()
            }
        };
        let all = all.map_err(bad)?;
        let channels = usize::from(spec.channels.max(1));
        let samples = all
            .chunks_exact(channels)
            .map(|frame| frame.iter().sum::<f32>() / channels as f32)
            .collect();
        Ok(Self::new(samples, spec.sample_rate))
    }

    /// Writes a WAV file: 16-bit, mono. Samples beyond full scale are clipped.
    ///
    /// # Errors
    /// [`Error::Format`] naming the file.
    pub fn write_wav(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let bad = |e: hound::Error| Error::Format(format!("{}: {e}", path.display()));
        let spec = WavSpec {
            channels: 1,
            sample_rate: self.rate_hz,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let mut writer = WavWriter::create(path, spec).map_err(bad)?;
        for sample in &self.samples {
            let value = (sample * 32768.0).round().clamp(-32768.0, 32767.0);
            writer.write_sample(value as i16).map_err(bad)?;
        }
        writer.finalize().map_err(bad)
    }
}
