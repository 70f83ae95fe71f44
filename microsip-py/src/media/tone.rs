//! Tones as data.

use std::time::Duration;

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Class, Fault, FromPy, Outcome, ToPy, list_of, model, snapshot_class};
use crate::{names, snapshot};

names!(core::ToneKind as "ToneKind" [Dial, Ringback, Busy, Congestion, CallWaiting, SpecialInformation, Stutter, Howler]);
snapshot!(core::Level as "Level" { dbm0 = |it| it.dbm0() });
snapshot!(core::Sine as "Sine" { frequency_hz, level });
snapshot!(core::ToneStep as "ToneStep" { sound, length });
snapshot!(core::Tone as "Tone" { intro, cycle, times });
snapshot!(core::ComfortNoise as "ComfortNoise" { level, reflection });
snapshot!(core::Country as "Country" {
    code = |it| it.code(),
    name = |it| it.name(),
    tones = |it| it.tones().collect::<Vec<_>>(),
});

/// Whether it is of a class of ours; an error that says what was expected.
fn expect(value: &Bound<'_, PyAny>, class: &str, or: &str) -> Outcome<()> {
    if value.is_instance(&model(value.py(), class)?)? {
        return Ok(());
    }
    Err(Fault::type_error(format!(
        "expected a {class}{or}, not {}",
        value.get_type()
    )))
}

/// A field, by its type.
fn get<T: FromPy>(value: &Bound<'_, PyAny>, name: &str) -> PyResult<T> {
    T::from_py(&value.getattr(name)?)
}

/// A number is one of dBm0.
impl FromPy for core::Level {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(dbm0) = value.extract::<f64>() {
            return Ok(core::Level::from_dbm0(dbm0));
        }
        expect(value, "Level", " or a number of dBm0")?;
        Ok(core::Level::from_dbm0(get(value, "dbm0")?))
    }
}

/// A text is its code.
impl FromPy for core::Country {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let code: String = match value.extract() {
            Ok(code) => code,
            Err(_) => {
                expect(value, "Country", " or its code")?;
                get(value, "code")?
            }
        };
        Ok(code.parse::<core::Country>().map_err(Fault::from)?)
    }
}

impl ToPy for core::Sound {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static SILENCE: Class = Class::new("Silence");
        static SINES: Class = Class::new("Sines");
        static MODULATED: Class = Class::new("Modulated");
        match self {
            core::Sound::Sines(sines) => snapshot_class(py, &SINES, &["sines"])?.call1((sines.to_py(py)?,)),
            core::Sound::Modulated {
                carrier_hz,
                by_hz,
                depth,
                level,
            } => snapshot_class(py, &MODULATED, &["carrier_hz", "by_hz", "depth", "level"])?.call1((
                *carrier_hz,
                *by_hz,
                *depth,
                level.to_py(py)?,
            )),
            core::Sound::Noise(noise) => noise.to_py(py),
            _ => SILENCE.get(py)?.call0(),
        }
    }
}

impl FromPy for core::Sound {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let is = |class: &str| value.is_instance(&model(value.py(), class)?);
        if is("Silence")? {
            return Ok(core::Sound::Silence);
        }
        if is("Sines")? {
            return Ok(core::Sound::Sines(get(value, "sines")?));
        }
        if is("Modulated")? {
            return Ok(core::Sound::Modulated {
                carrier_hz: get(value, "carrier_hz")?,
                by_hz: get(value, "by_hz")?,
                depth: get(value, "depth")?,
                level: get(value, "level")?,
            });
        }
        expect(value, "ComfortNoise", ", Sines, Modulated or Silence")?;
        Ok(core::Sound::Noise(core::ComfortNoise::from_py(value)?))
    }
}

impl FromPy for core::ComfortNoise {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        expect(value, "ComfortNoise", "")?;
        let noise = match get::<Option<core::Level>>(value, "level")? {
            Some(level) => core::ComfortNoise::new(level),
            None => core::ComfortNoise::default(),
        };
        Ok(noise.reflection(get(value, "reflection")?))
    }
}

impl FromPy for core::Sine {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(hz) = value.extract::<f64>() {
            return Ok(core::Sine::new(hz));
        }
        expect(value, "Sine", " or a frequency")?;
        let mut sine = core::Sine::new(get(value, "frequency_hz")?);
        sine.level = get(value, "level")?;
        Ok(sine)
    }
}

impl FromPy for core::ToneStep {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        expect(value, "ToneStep", "")?;
        let mut step = core::ToneStep::endless(get(value, "sound")?);
        step.length = get(value, "length")?;
        Ok(step)
    }
}

/// A text is a name or what the tone is made of.
impl FromPy for core::Tone {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(text) = value.extract::<String>() {
            return Ok(core::Tone::find(&text, core::Country::default()).map_err(Fault::from)?);
        }
        expect(value, "Tone", " or its text")?;
        let mut tone = core::Tone::of(get(value, "cycle")?).intro(get(value, "intro")?);
        tone.times = get(value, "times")?;
        Ok(tone)
    }
}

#[pyfunction]
pub fn country<'py>(py: Python<'py>, code: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    core::Country::from_py(code)?.to_py(py)
}

#[pyfunction]
pub fn countries(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    Ok(list_of(py, core::Country::all())?.into_any())
}

#[pyfunction]
pub fn parse_tone<'py>(py: Python<'py>, text: &str) -> Outcome<Bound<'py, PyAny>> {
    Ok(text.parse::<core::Tone>()?.to_py(py)?)
}

#[pyfunction]
pub fn find_tone<'py>(py: Python<'py>, text: &str, country: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    Ok(core::Tone::find(text, core::Country::from_py(country)?)?.to_py(py)?)
}

#[pyfunction]
pub fn kind_tone<'py>(
    py: Python<'py>,
    kind: &Bound<'py, PyAny>,
    country: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let (kind, country) = (core::ToneKind::from_py(kind)?, core::Country::from_py(country)?);
    Ok(core::Tone::new(kind, country)?.to_py(py)?)
}

#[pyfunction]
pub fn keys_tone<'py>(
    py: Python<'py>,
    digits: &str,
    on: &Bound<'py, PyAny>,
    gap: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let digits = digits
        .chars()
        .map(|c| {
            core::Digit::new(c).ok_or_else(|| Fault::value_error(format!("{c:?} is no key: 0 to 9, *, #, A to D")))
        })
        .collect::<Outcome<Vec<_>>>()?;
    let (on, gap) = (Duration::from_py(on)?, Duration::from_py(gap)?);
    Ok(core::Tone::keys(&digits, on, gap).to_py(py)?)
}

#[pyfunction]
pub fn tone_text(tone: &Bound<'_, PyAny>) -> Outcome<String> {
    Ok(core::Tone::from_py(tone)?.to_string())
}

#[pyfunction]
pub fn tone_length<'py>(py: Python<'py>, tone: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    Ok(core::Tone::from_py(tone)?.length().to_py(py)?)
}

#[pyfunction]
pub fn render_tone<'py>(
    py: Python<'py>,
    tone: &Bound<'py, PyAny>,
    rate: &Bound<'py, PyAny>,
    longest: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let (tone, longest, rate) = (
        core::Tone::from_py(tone)?,
        Duration::from_py(longest)?,
        u32::from_py(rate)?,
    );
    Ok(crate::base::apart(py, || tone.render(rate, longest))?.to_py(py)?)
}
