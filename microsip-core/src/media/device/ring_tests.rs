//! A device that is simulated: its clock is off by some ppm, its callbacks come late and in changing sizes.

use super::*;

/// How a device calls.
#[derive(Debug, Clone, Copy)]
enum Habit {
    /// Always so many samples.
    Even(usize),
    /// So many, more or less by a tenth.
    Uneven(usize),
    /// Three at once, then a pause.
    Bursts(usize),
}

#[derive(Debug, Clone, Copy)]
struct Case {
    bridge: u32,
    device: u32,
    ppm: f64,
    habit: Habit,
    seconds: u64,
}

/// Small, fast, and the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The device's callbacks, in order: when, and how many samples.
struct Callbacks {
    case: Case,
    random: Random,
    /// When the samples of the next callback are due.
    due: f64,
    burst: u32,
    last: i64,
}

impl Callbacks {
    fn new(case: Case) -> Callbacks {
        Callbacks {
            case,
            random: Random(0x9e37_79b9_7f4a_7c15 ^ case.seconds),
            due: 0.0,
            burst: 0,
            last: 0,
        }
    }

    fn next(&mut self) -> (i64, usize) {
        let size = match self.case.habit {
            Habit::Even(n) | Habit::Bursts(n) => n,
            Habit::Uneven(n) => (n as f64 * (0.9 + 0.2 * self.random.next())) as usize,
        };
        let rate = f64::from(self.case.device) * (1.0 + self.case.ppm * 1e-6);
        let due = self.due;
        self.due += size as f64 / rate;
        let at = match self.case.habit {
            Habit::Bursts(n) => {
                self.burst += 1;
                // The first two of a burst wait for the third.
                due + f64::from(2 - (self.burst - 1) % 3) * n as f64 / rate
            }
            _ => due + 0.003 * self.random.next(),
        };
        let at = ((at * 1e9) as i64).max(self.last + 1000);
        self.last = at;
        (at, size)
    }
}

/// Listens for what no tone has: steps, and what a fit of one frequency leaves.
struct Listener {
    rate: f64,
    tone: f64,
    before: [f64; 2],
    heard: u64,
    /// From here on, in samples.
    from: u64,
    /// Largest deviation from the recursion a sine follows.
    worst_step: f64,
    window: Vec<f64>,
    worst_residual_db: f64,
}

impl Listener {
    fn new(rate: u32, tone: f64, from_s: u64) -> Listener {
        Listener {
            rate: f64::from(rate),
            tone,
            before: [0.0; 2],
            heard: 0,
            from: from_s * u64::from(rate),
            worst_step: 0.0,
            window: Vec::new(),
            worst_residual_db: f64::NEG_INFINITY,
        }
    }

    fn hear(&mut self, samples: &[f32]) {
        let turn = 2.0 * (std::f64::consts::TAU * self.tone / self.rate).cos();
        for sample in samples {
            let x = f64::from(*sample);
            self.heard += 1;
            if self.heard > self.from {
                let step = (x - turn * self.before[0] + self.before[1]).abs();
                self.worst_step = self.worst_step.max(step);
                // A tenth of a second out of ten seconds is looked at closely.
                if self.heard % (self.rate as u64 * 10) < self.rate as u64 / 10 {
                    self.window.push(x);
                } else if !self.window.is_empty() {
                    self.fit();
                }
            }
            self.before = [x, self.before[0]];
        }
    }

    /// What is left when the best sine is taken out of the window.
    fn fit(&mut self) {
        let energy: f64 = self.window.iter().map(|x| x * x).sum();
        let (mut best, mut pitch) = (f64::INFINITY, 1.0);
        // The pitch is off by the drift's part of the tone; it is searched for by ever finer steps.
        for scale in [1e-4, 1e-5, 1e-6] {
            let centre = pitch;
            for step in -12..=12 {
                let part = centre + f64::from(step) * scale;
                let left = self.residual(part, energy);
                if left < best {
                    (best, pitch) = (left, part);
                }
            }
        }
        let db = 10.0 * (best.max(1e-20) / energy.max(1e-9)).log10();
        self.worst_residual_db = self.worst_residual_db.max(db);
        self.window.clear();
    }

    fn residual(&self, pitch: f64, energy: f64) -> f64 {
        let omega = std::f64::consts::TAU * self.tone * pitch / self.rate;
        let (mut cc, mut ss, mut cs, mut xc, mut xs) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (n, x) in self.window.iter().enumerate() {
            let (s, c) = (omega * n as f64).sin_cos();
            cc += c * c;
            ss += s * s;
            cs += c * s;
            xc += x * c;
            xs += x * s;
        }
        let determinant = cc * ss - cs * cs;
        let a = (xc * ss - xs * cs) / determinant;
        let b = (xs * cc - xc * cs) / determinant;
        energy - a * xc - b * xs
    }
}

#[derive(Debug)]
struct Outcome {
    stats: DeviceStats,
    /// Once settled.
    late_under_runs: u64,
    over_runs: u64,
    queued_ms: (f64, f64),
    worst_step: f64,
    residual_db: f64,
}

/// The loop runs fast for a minute; what it did in it shows for some seconds.
const SETTLE_S: u64 = 75;
const TONE: f64 = 997.0;

/// A second of the tone; it fits whole, so it may be repeated for hours.
fn second(rate: u32) -> Vec<f32> {
    let sample = |n| 0.5 * (std::f64::consts::TAU * TONE * f64::from(n) / f64::from(rate)).sin();
    (0..rate).map(|n| sample(n) as f32).collect()
}

fn tone(frame: &mut [f32], second: &[f32], from: &mut u64) {
    let mut done = 0;
    while done < frame.len() {
        let at = (*from % second.len() as u64) as usize;
        let part = (frame.len() - done).min(second.len() - at);
        frame[done..done + part].copy_from_slice(&second[at..at + part]);
        *from += part as u64;
        done += part;
    }
}

fn finish(flow: &Flow, listener: &Listener, early: u64, range: (f64, f64)) -> Outcome {
    let stats = flow.stats();
    Outcome {
        stats,
        late_under_runs: stats.under_runs - early,
        over_runs: stats.over_runs,
        queued_ms: range,
        worst_step: listener.worst_step,
        residual_db: listener.worst_residual_db,
    }
}

fn play(case: Case) -> Outcome {
    let (mut writer, mut feed) = playback("t", case.bridge, case.device).unwrap();
    let flow = Arc::clone(writer.flow());
    let mut callbacks = Callbacks::new(case);
    let mut random = Random(7);
    let played = second(case.bridge);
    let mut listener = Listener::new(case.device, TONE, SETTLE_S);
    let mut frame = vec![0.0; (case.bridge / 50) as usize];
    let (mut at, mut next) = (0, callbacks.next());
    let (mut early, mut range) = (0, (f64::INFINITY, 0.0_f64));
    for tick in 0..case.seconds * 50 {
        let now = tick as i64 * TICK_NS + (2e6 * random.next()) as i64;
        while next.0 <= now {
            feed.fill(next.1, next.0, |block| listener.hear(block));
            next = callbacks.next();
        }
        tone(&mut frame, &played, &mut at);
        writer.write(&frame, false, now);
        if tick == SETTLE_S * 50 {
            early = flow.stats().under_runs;
        } else if tick > SETTLE_S * 50 {
            let queued = flow.stats().queued_ms;
            range = (range.0.min(queued), range.1.max(queued));
        }
    }
    finish(&flow, &listener, early, range)
}

fn record(case: Case) -> Outcome {
    let (mut feed, mut reader) = capture("t", case.device, case.bridge).unwrap();
    let flow = Arc::clone(feed.flow());
    let mut callbacks = Callbacks::new(case);
    let mut random = Random(11);
    let played = second(case.device);
    let mut listener = Listener::new(case.bridge, TONE, SETTLE_S);
    let mut frame = vec![0.0; (case.bridge / 50) as usize];
    let (mut at, mut next) = (0, callbacks.next());
    let (mut early, mut range) = (0, (f64::INFINITY, 0.0_f64));
    for tick in 0..case.seconds * 50 {
        let now = tick as i64 * TICK_NS + (2e6 * random.next()) as i64;
        while next.0 <= now {
            feed.put(next.1, next.0, |block| tone(block, &played, &mut at));
            next = callbacks.next();
        }
        reader.read(&mut frame, now);
        listener.hear(&frame);
        if tick == SETTLE_S * 50 {
            early = flow.stats().under_runs;
        } else if tick > SETTLE_S * 50 {
            let queued = flow.stats().queued_ms;
            range = (range.0.min(queued), range.1.max(queued));
        }
    }
    finish(&flow, &listener, early, range)
}

fn check(case: Case, outcome: &Outcome) {
    let what = format!("{case:?}: {outcome:?}");
    assert_eq!(outcome.late_under_runs, 0, "{what}");
    assert_eq!(outcome.over_runs, 0, "{what}");
    assert!(outcome.stats.callbacks > 100, "{what}");
    // What a callback takes at once, a tick, and what it takes to be safe.
    let (n, callbacks) = match case.habit {
        Habit::Even(n) | Habit::Uneven(n) => (n, 1.1),
        Habit::Bursts(n) => (n, 3.0),
    };
    let most = callbacks * n as f64 * 1000.0 / f64::from(case.device) + 20.0 + 12.0;
    assert!(outcome.queued_ms.1 < most, "{what}: {most} ms at most");
    assert!(outcome.queued_ms.0 > 2.0, "{what}");
    // A sine whose pitch is off by a part d leaves 2 sin(w) w d of its recursion: 0.0002 here. A click leaves its height.
    assert!(outcome.worst_step < 0.0008, "{what}");
    assert!(outcome.residual_db < -55.0, "{what}");
    assert!((outcome.stats.drift_ppm - case.ppm).abs() < 15.0, "{what}");
    assert!(
        !matches!(case.habit, Habit::Even(_) | Habit::Uneven(_)) || outcome.stats.under_runs == 0,
        "{what}"
    );
}

fn case(device: u32, habit: Habit, ppm: f64, seconds: u64) -> Case {
    Case {
        bridge: if device < 44_100 { 8000 } else { 16_000 },
        device,
        ppm,
        habit,
        seconds,
    }
}

/// Three minutes at the rates of real devices, every habit.
fn minutes(ppm: f64) {
    for (device, habit) in [
        (44_100, Habit::Uneven(441)),
        (48_000, Habit::Even(480)),
        (48_000, Habit::Even(1024)),
        (48_000, Habit::Bursts(1024)),
    ] {
        let case = case(device, habit, ppm, 180);
        check(case, &play(case));
        check(case, &record(case));
    }
}

/// An hour, at a lower rate so that the test does not take one.
fn hour(ppm: f64, habit: Habit) {
    let case = case(8000, habit, ppm, 3600);
    check(case, &play(case));
    check(case, &record(case));
}

#[test]
fn heavy_minutes_with_500_ppm() {
    minutes(500.0);
    minutes(-500.0);
}

#[test]
fn heavy_an_hour_with_a_clock_that_is_50_ppm_off() {
    hour(50.0, Habit::Uneven(80));
}

#[test]
fn heavy_an_hour_with_a_clock_that_is_50_ppm_off_the_other_way() {
    hour(-50.0, Habit::Even(171));
}

#[test]
fn heavy_an_hour_with_a_clock_that_is_100_ppm_off() {
    hour(100.0, Habit::Even(80));
}

#[test]
fn heavy_an_hour_with_a_clock_that_is_100_ppm_off_the_other_way() {
    hour(-100.0, Habit::Uneven(80));
}

#[test]
fn heavy_an_hour_with_a_clock_that_is_500_ppm_off() {
    hour(500.0, Habit::Even(171));
}

#[test]
fn heavy_an_hour_with_a_clock_that_is_500_ppm_off_the_other_way() {
    hour(-500.0, Habit::Uneven(80));
}

/// Runs writer and feed at exact times; what was heard, sample by sample.
fn run_playback(writer: &mut PlaybackWriter, feed: &mut PlaybackFeed, ticks: std::ops::Range<i64>) -> Vec<f32> {
    let mut heard = Vec::new();
    let mut at = ticks.start as u64 * 320;
    let mut frame = [0.0; 320];
    for tick in ticks {
        tone(&mut frame, &second(16_000), &mut at);
        writer.write(&frame, false, tick * TICK_NS);
        feed.fill(960, tick * TICK_NS + 1_000_000, |block| heard.extend_from_slice(block));
    }
    heard
}

#[test]
fn a_loudspeaker_that_stopped_does_not_play_the_past() {
    let (mut writer, mut feed) = playback("t", 16_000, 48_000).unwrap();
    let flow = Arc::clone(writer.flow());
    run_playback(&mut writer, &mut feed, 0..100);
    let queued = flow.stats().queued_ms;
    // Two seconds without a callback.
    let mut frame = [0.0; 320];
    let mut at = 100 * 320;
    for tick in 100..200 {
        tone(&mut frame, &second(16_000), &mut at);
        writer.write(&frame, false, tick * TICK_NS);
    }
    assert!(flow.stats().queued_ms > 500.0, "the ring is full");
    let heard = run_playback(&mut writer, &mut feed, 200..300);
    let after = flow.stats();
    assert!(after.queued_ms < queued + 25.0, "{after:?}");
    assert_eq!((after.over_runs, after.under_runs), (1, 0), "{after:?}");
    // The cut is no click.
    let step = heard.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    assert!(step < 0.075, "{step}");
}

#[test]
fn what_was_said_while_nobody_listened_is_not_heard() {
    let (mut feed, mut reader) = capture("t", 48_000, 16_000).unwrap();
    let mut frame = [0.0; 320];
    let loud = |feed: &mut CaptureFeed, tick: i64, level: f32| {
        feed.put(960, tick * TICK_NS, |block| block.fill(level));
    };
    for tick in 0..100 {
        loud(&mut feed, tick, 0.1);
        reader.read(&mut frame, tick * TICK_NS + 1_000_000);
    }
    assert!((frame[100] - 0.1).abs() < 0.01);
    for tick in 100..150 {
        loud(&mut feed, tick, 0.9);
    }
    let mut heard = Vec::new();
    for tick in 150..200 {
        loud(&mut feed, tick, 0.2);
        reader.read(&mut frame, tick * TICK_NS + 1_000_000);
        heard.extend_from_slice(&frame);
    }
    let most = heard.iter().copied().fold(0.0, f32::max);
    assert!(most < 0.25, "{most}");
    assert!((frame[100] - 0.2).abs() < 0.01, "{}", frame[100]);
    // Two seconds later at most a ring's worth of delay.
    assert!(reader.flow().stats().queued_ms < 60.0);
}

#[test]
fn running_dry_is_counted_and_fades() {
    let (mut writer, mut feed) = playback("t", 16_000, 48_000).unwrap();
    let flow = Arc::clone(writer.flow());
    run_playback(&mut writer, &mut feed, 0..100);
    let mut heard = Vec::new();
    for call in 0..10 {
        feed.fill(960, (100 + call) * TICK_NS, |block| heard.extend_from_slice(block));
    }
    assert_eq!(flow.stats().under_runs, 1);
    let step = heard.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    assert!(step < 0.075, "{step}");
    assert_eq!(heard.last(), Some(&0.0));

    // Without audio there is nothing to lose: the bridge's clock stops when nobody needs it.
    for tick in 120..200 {
        writer.write(&[0.0; 320], true, tick * TICK_NS);
        feed.fill(960, tick * TICK_NS + 1_000_000, |_| ());
    }
    for call in 200..210 {
        feed.fill(960, call * TICK_NS, |_| ());
    }
    assert_eq!(flow.stats().under_runs, 1);
}

#[test]
fn frames_of_a_wrong_size_are_refused() {
    let (mut writer, _feed) = playback("t", 16_000, 48_000).unwrap();
    writer.write(&[0.5; 160], false, 0);
    assert_eq!(writer.flow().stats().queued_ms, 0.0);
    let (_feed, mut reader) = capture("t", 48_000, 16_000).unwrap();
    let mut frame = [0.5; 160];
    assert!(!reader.read(&mut frame, 0));
    assert_eq!(frame, [0.0; 160]);
}
