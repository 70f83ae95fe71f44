//! What Linux tells of a process: CPU, memory by mapping, threads, context switches.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};
use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_getcpuclockid};
use nix::unistd::Pid;
use serde::Serialize;

/// CPU time of a live process with all its threads, those that have ended included; to the nanosecond, where
/// `/proc/PID/stat` counts in hundredths of a second.
pub fn cpu(pid: u32) -> Result<Duration> {
    let clock: ClockId = clock_getcpuclockid(Pid::from_raw(pid.cast_signed())).context("the CPU clock of an agent")?;
    Ok(clock.now().context("reading the CPU clock of an agent")?.into())
}

/// CPU time of our children that have ended.
pub fn cpu_of_children() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("getrusage")?;
    let micros = |t: nix::sys::time::TimeVal| {
        Duration::from_micros((t.tv_sec().cast_unsigned()) * 1_000_000 + t.tv_usec().cast_unsigned())
    };
    Ok(micros(usage.user_time()) + micros(usage.system_time()))
}

/// Time the whole machine was not idle, and time another machine took from it, since it started; summed over its cores.
pub fn machine_busy() -> Result<Duration> {
    // user nice system idle iowait irq softirq steal guest guest_nice; guests are in user already. USER_HZ is 100.
    let text = fs::read_to_string("/proc/stat").context("/proc/stat")?;
    let line = text.lines().next().unwrap_or_default();
    let ticks: u64 = line
        .split_whitespace()
        .skip(1)
        .take(8)
        .enumerate()
        .filter(|(place, _)| !matches!(place, 3 | 4))
        .filter_map(|(_, n)| n.parse::<u64>().ok())
        .sum();
    Ok(Duration::from_millis(ticks * 10))
}

/// How many cores it has.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Threads, and how often they were woken or put aside so far.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Threads {
    /// By the kernel's name of the thread: how many there are of it and their context switches, voluntary and not.
    pub by_name: BTreeMap<String, (usize, u64)>,
}

impl Threads {
    /// Reads `/proc/PID/task`.
    pub fn of(pid: u32) -> Result<Self> {
        let mut found = Self::default();
        for task in fs::read_dir(format!("/proc/{pid}/task")).context("the threads of an agent")? {
            // A thread may end while we read.
            let Ok(text) = fs::read_to_string(task?.path().join("status")) else {
                continue;
            };
            let field = |name: &str| text.lines().find_map(|l| l.strip_prefix(name)).map_or("", str::trim);
            let number = |name: &str| field(name).parse::<u64>().unwrap_or(0);
            let entry = found.by_name.entry(field("Name:").to_owned()).or_default();
            entry.0 += 1;
            entry.1 += number("voluntary_ctxt_switches:") + number("nonvoluntary_ctxt_switches:");
        }
        Ok(found)
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.by_name.values().map(|(n, _)| n).sum()
    }

    /// Context switches of all.
    pub fn switches(&self) -> u64 {
        self.by_name.values().map(|(_, n)| n).sum()
    }
}

/// Memory in KiB.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Memory {
    /// In RAM, whoever else maps it.
    pub rss: u64,
    /// In RAM, shared pages divided by the number of processes that map them.
    pub pss: u64,
    /// Written to by this process alone: what would be free without it.
    pub private_dirty: u64,
}

impl Memory {
    fn add(&mut self, line: &str) {
        let Some((name, value)) = line.split_once(':') else {
            return;
        };
        let kib: u64 = value.trim().trim_end_matches(" kB").parse().unwrap_or(0);
        match name {
            "Rss" => self.rss += kib,
            "Pss" => self.pss += kib,
            "Private_Dirty" => self.private_dirty += kib,
            _ => {}
        }
    }

    /// Reads `/proc/PID/smaps_rollup`.
    pub fn of(pid: u32) -> Result<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).context("the memory of an agent")?;
        let mut sum = Self::default();
        text.lines().for_each(|l| sum.add(l));
        Ok(sum)
    }
}

/// Where the memory is: `/proc/PID/smaps`, summed by kind of mapping.
pub fn memory_by_kind(pid: u32) -> Result<BTreeMap<&'static str, Memory>> {
    let exe = fs::read_link(format!("/proc/{pid}/exe")).context("the program of an agent")?;
    let text = fs::read_to_string(format!("/proc/{pid}/smaps")).context("the mappings of an agent")?;
    Ok(by_kind(&text, &exe.to_string_lossy()))
}

fn by_kind(smaps: &str, exe: &str) -> BTreeMap<&'static str, Memory> {
    let mut found: BTreeMap<&'static str, Memory> = BTreeMap::new();
    let mut kind = "other";
    let mut before = (String::new(), String::new());
    for line in smaps.lines() {
        if line.split_whitespace().next().is_some_and(|first| first.ends_with(':')) {
            found.entry(kind).or_default().add(line);
            continue;
        }
        // 55d0c0000000-55d0c0021000 rw-p 00000000 00:00 0      [heap]
        let mut parts = line.split_whitespace();
        let (range, rights) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let path = parts.skip(3).collect::<Vec<_>>().join(" ");
        let (start, end) = range.split_once('-').unwrap_or_default();
        kind = match path.as_str() {
            // What follows the program's data without a gap is its zero-initialised part.
            "" if before.0 == exe && before.1 == start => "program: bss",
            "" => "heap",
            "[heap]" => "heap",
            "[stack]" => "stack of the main thread",
            p if p.starts_with('[') => "other",
            p if p == exe && rights.starts_with("r-x") => "program: code",
            p if p == exe && rights.starts_with("rw") => "program: data",
            p if p == exe => "program: constants and relocations",
            p if p.contains("libssl") || p.contains("libcrypto") => "libssl and libcrypto",
            p if p.contains(".so") => "other libraries",
            _ => "other",
        };
        before = (
            if kind == "program: bss" { String::new() } else { path },
            end.to_owned(),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMAPS: &str = "\
1000-2000 r-xp 00000000 fe:00 1    /tmp/agent
Rss: 8 kB
Pss: 4 kB
Private_Dirty: 0 kB
2000-3000 rw-p 00001000 fe:00 1    /tmp/agent
Rss: 4 kB
Pss: 4 kB
Private_Dirty: 4 kB
3000-9000 rw-p 00000000 00:00 0
Rss: 12 kB
Pss: 12 kB
Private_Dirty: 12 kB
9000-a000 rw-p 00000000 00:00 0    [heap]
Rss: 16 kB
Pss: 16 kB
Private_Dirty: 16 kB
b000-c000 rw-p 00000000 00:00 0
Rss: 20 kB
Pss: 20 kB
Private_Dirty: 20 kB
c000-d000 r--p 00000000 fe:00 2    /usr/lib/libssl.so.3
Rss: 24 kB
Pss: 1 kB
Private_Dirty: 0 kB
";

    #[test]
    fn mappings_are_told_apart() {
        let found = by_kind(SMAPS, "/tmp/agent");
        let rss = |kind: &str| found.get(kind).map_or(0, |m| m.rss);
        assert_eq!(rss("program: code"), 8);
        assert_eq!(rss("program: data"), 4);
        assert_eq!(rss("program: bss"), 12);
        assert_eq!(rss("heap"), 36);
        assert_eq!(rss("libssl and libcrypto"), 24);
        assert_eq!(found["libssl and libcrypto"].pss, 1);
    }

    #[test]
    fn our_own_process_can_be_read() {
        let me = std::process::id();
        let memory = Memory::of(me).unwrap();
        assert!(memory.rss >= memory.pss && memory.pss >= memory.private_dirty && memory.private_dirty > 0);
        let kinds = memory_by_kind(me).unwrap();
        assert!(
            kinds["program: code"].rss > 0 && kinds["heap"].private_dirty > 0,
            "{kinds:?}"
        );
        assert!(Threads::of(me).unwrap().count() >= 2);
        let (before, busy) = (cpu(me).unwrap(), machine_busy().unwrap());
        while cpu(me).unwrap() < before + Duration::from_millis(30) {}
        assert!(machine_busy().unwrap() > busy);
    }
}
