//! Tones as text, read and written; the syntax is told at [`Tone`].

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{ComfortNoise, DEFAULT_DEPTH, Level, OP, Sine, Sound, Tone, ToneStep};
use crate::{Error, Result};

impl FromStr for Tone {
    type Err = Error;

    /// Reads a tone.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) that says which step is wrong, and how.
    fn from_str(text: &str) -> Result<Self> {
        let bad = |what: String| Error::invalid(OP, format!("{text:?}: {what}"));
        let (steps, times) = match text.split_once(';') {
            None => (text, None),
            Some((steps, times)) => {
                let times = times.trim();
                let count: u32 = times
                    .parse()
                    .map_err(|_| bad(format!("{times:?} behind the semicolon is no number of times")))?;
                (steps, Some(count))
            }
        };
        let mut tone = Tone {
            times,
            ..Tone::default()
        };
        for (n, step) in steps.split(',').map(str::trim).enumerate() {
            let in_step = |what: String| bad(format!("step {}: {what}", n + 1));
            let (once, step) = match step.strip_prefix('!') {
                Some(rest) => (true, rest),
                None => (false, step),
            };
            let step = read_step(step).map_err(in_step)?;
            match once {
                true if !tone.cycle.is_empty() => {
                    return Err(in_step("steps marked ! come before all others".into()));
                }
                true => tone.intro.push(step),
                false => tone.cycle.push(step),
            }
        }
        if tone.cycle.is_empty() && tone.times.is_some() {
            return Err(bad(
                "every step is marked !, so there is nothing to play several times".into()
            ));
        }
        // The highest rate: what is played at a lower one is checked again.
        tone.check(48_000).map_err(|e| bad(e.message().to_owned()))?;
        Ok(tone)
    }
}

fn read_step(text: &str) -> Result<ToneStep, String> {
    let (sound, length) = match text.split_once('/') {
        None => (text, None),
        Some((sound, length)) => {
            let length = length.trim();
            let ms: u64 = length
                .parse()
                .map_err(|_| format!("{length:?} is no number of milliseconds"))?;
            (sound, Some(Duration::from_millis(ms)))
        }
    };
    let sound = read_sound(sound.trim())?;
    Ok(ToneStep { sound, length })
}

fn read_sound(text: &str) -> Result<Sound, String> {
    if text.is_empty() {
        return Err("there is no sound; 0 is silence".into());
    }
    if text == "0" {
        return Ok(Sound::Silence);
    }
    if let Some(rest) = text.strip_prefix("noise") {
        let level = match rest.trim() {
            "" => None,
            level => Some(read_level(level.strip_prefix('@').unwrap_or(level))?),
        };
        return Ok(Sound::Noise(
            level.map_or_else(ComfortNoise::default, ComfortNoise::new),
        ));
    }
    if let Some((carrier, rest)) = text.split_once('*') {
        let (rest, level) = split_level(rest)?;
        let (by, depth) = match rest.split_once('%') {
            None => (rest, DEFAULT_DEPTH),
            Some((by, depth)) => {
                let depth = depth.trim();
                let depth = depth.parse().map_err(|_| format!("{depth:?} is no percentage"))?;
                (by, depth)
            }
        };
        return Ok(Sound::Modulated {
            carrier_hz: read_frequency(carrier)?,
            by_hz: read_frequency(by)?,
            depth,
            level,
        });
    }
    let sine = |part: &str| -> Result<Sine, String> {
        let (frequency, level) = split_level(part)?;
        let frequency_hz = read_frequency(frequency)?;
        Ok(Sine { frequency_hz, level })
    };
    Ok(Sound::Sines(text.split('+').map(sine).collect::<Result<_, _>>()?))
}

fn split_level(text: &str) -> Result<(&str, Option<Level>), String> {
    match text.split_once('@') {
        None => Ok((text, None)),
        Some((rest, level)) => Ok((rest, Some(read_level(level)?))),
    }
}

fn read_level(text: &str) -> Result<Level, String> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let (number, make): (&str, fn(f64) -> Level) = match (lower.strip_suffix("dbov"), lower.strip_suffix("dbm0")) {
        (Some(number), _) => (number, Level::from_dbov),
        (_, Some(number)) => (number, Level::from_dbm0),
        _ => (&lower, Level::from_dbm0),
    };
    match number.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(make(number)),
        _ => Err(format!("{text:?} is no level; write -10, -10dBm0 or -16dBov")),
    }
}

fn read_frequency(text: &str) -> Result<f64, String> {
    let text = text.trim();
    // Digits and a point: what else f64 reads is no frequency.
    match text.parse::<f64>() {
        Ok(hz) if text.chars().all(|c| c.is_ascii_digit() || c == '.') => Ok(hz),
        _ => Err(format!("{text:?} is no frequency in Hz")),
    }
}

impl fmt::Display for Tone {
    /// Writes the text it can be read from; coefficients of noise are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let intro = self.intro.iter().map(|step| ("!", step));
        for (n, (mark, step)) in intro.chain(self.cycle.iter().map(|step| ("", step))).enumerate() {
            if n > 0 {
                f.write_str(",")?;
            }
            write!(f, "{mark}{}", step.sound)?;
            if let Some(length) = step.length {
                write!(f, "/{}", length.as_millis())?;
            }
        }
        match self.times {
            Some(times) if !self.cycle.is_empty() => write!(f, ";{times}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |f: &mut fmt::Formatter<'_>, level: &Option<Level>| match level {
            Some(level) => write!(f, "@{}", (level.dbm0() * 100.0).round() / 100.0),
            None => Ok(()),
        };
        match self {
            Sound::Silence => f.write_str("0"),
            Sound::Noise(noise) => {
                f.write_str("noise")?;
                at(f, &Some(noise.level))
            }
            Sound::Modulated {
                carrier_hz,
                by_hz,
                depth,
                level,
            } => {
                write!(f, "{carrier_hz}*{by_hz}")?;
                if *depth != DEFAULT_DEPTH {
                    write!(f, "%{depth}")?;
                }
                at(f, level)
            }
            Sound::Sines(sines) => {
                for (n, sine) in sines.iter().enumerate() {
                    if n > 0 {
                        f.write_str("+")?;
                    }
                    write!(f, "{}", sine.frequency_hz)?;
                    at(f, &sine.level)?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Tone {
        text.parse().unwrap()
    }

    #[test]
    fn steps_sounds_and_levels_are_read() {
        let tone = read("!350/100, !0/50, 440@-13+480@-19/2000, 0/4000;3");
        assert_eq!(tone.intro.len(), 2);
        assert_eq!(tone.times, Some(3));
        assert_eq!(tone.intro[1], ToneStep::new(Sound::Silence, Duration::from_millis(50)));
        let Sound::Sines(sines) = &tone.cycle[0].sound else {
            panic!()
        };
        assert_eq!(
            (sines[0].frequency_hz, sines[0].level),
            (440.0, Some(Level::from_dbm0(-13.0)))
        );
        assert_eq!(
            (sines[1].frequency_hz, sines[1].level),
            (480.0, Some(Level::from_dbm0(-19.0)))
        );
        assert_eq!(tone.length(), Some(Duration::from_millis(150 + 3 * 6000)));
        let Sound::Modulated {
            carrier_hz,
            by_hz,
            depth,
            ..
        } = read("425*24%100@-12/400,0/200").cycle[0].sound
        else {
            panic!()
        };
        assert_eq!((carrier_hz, by_hz, depth), (425.0, 24.0, 100));
        let Sound::Noise(noise) = read("noise@-50dBov").cycle[0].sound.clone() else {
            panic!()
        };
        assert!((noise.level.dbov() + 50.0).abs() < 1e-9);
        assert_eq!(read("noise").length(), None);
        assert_eq!(read("!425/100").length(), Some(Duration::from_millis(100)));
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "350+440",
            "440+480@-19/2000,0/4000",
            "!350+440/100,!0/100,350+440",
            "425*24%100@-12/400,0/200;7",
            "413.5/500",
            "!950/330,!1400/330,!1800/330",
            "noise@-54/1000",
        ] {
            let tone = read(text);
            assert_eq!(tone.to_string(), text);
            assert_eq!(read(&tone.to_string()), tone);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, expected) in [
            ("", "no sound"),
            ("440/", "milliseconds"),
            ("440/-5", "milliseconds"),
            ("440/0", "1 ms"),
            ("440/100,,0/100", "step 2"),
            ("44O", "frequency"),
            ("1e3", "frequency"),
            ("-440", "frequency"),
            ("5", "between 10"),
            ("30000", "between 10"),
            ("100+200+300+400+500", "5 frequencies"),
            ("440@loud", "no level"),
            ("440@NaN", "no level"),
            ("440@20", "not between -90"),
            ("440@3+480@3", "too loud"),
            ("440/100,!0/100", "come before"),
            ("440,0/100", "step 1 has no length"),
            ("440/100;x", "number of times"),
            ("440/100;0", "0 times"),
            ("!440/100;2", "several times"),
            ("400*300", "modulated"),
            ("400*25%0", "not between 1"),
            ("400*25%x", "percentage"),
            ("noise@", "no level"),
            ("440/4000000", "1 ms to an hour"),
        ] {
            let error = text.parse::<Tone>().unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidArgument);
            assert!(error.to_string().contains(expected), "{text:?}: {error}");
        }
        let many = "440/1,".repeat(1024) + "440/1";
        assert!(many.parse::<Tone>().unwrap_err().to_string().contains("1025"));
    }
}
