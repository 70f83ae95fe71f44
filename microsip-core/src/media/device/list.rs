//! Which devices there are, and choosing one.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use crate::{Error, ErrorKind, Result};

/// Which way a device's audio goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeviceDirection {
    /// A microphone: from the air to us.
    Input,
    /// A loudspeaker: from us to the air.
    Output,
}

impl DeviceDirection {
    /// Stable lower-case name, as it appears in JSON: `"input"` or `"output"`.
    pub fn name(self) -> &'static str {
        match self {
            DeviceDirection::Input => "input",
            DeviceDirection::Output => "output",
        }
    }
}

/// A sound device as the system names it. What works in both directions is listed twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AudioDevice {
    /// Names it across restarts, such as `"alsa:sysdefault:CARD=Headset"`; on ALSA the card's name is in it, not its number.
    pub id: String,
    /// For people to read; need not be unique.
    pub name: String,
    /// Microphone or loudspeaker.
    pub direction: DeviceDirection,
    /// Whether [`DeviceChoice::Default`] means this one at the moment.
    pub is_default: bool,
}

impl fmt::Display for AudioDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.id)
    }
}

/// Which device is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum DeviceChoice {
    /// The one the system prefers.
    #[default]
    Default,
    /// The one with this [`AudioDevice::id`]. On ALSA any PCM name is taken, with or without `alsa:` before it, listed or not:
    /// `"hw:CARD=Headset"`, `"plughw:1,0"`.
    Id(String),
    /// The one with this name, or the only one whose name holds this text, whatever the case.
    Name(String),
}

impl DeviceChoice {
    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        let (DeviceChoice::Id(text) | DeviceChoice::Name(text)) = self else {
            return Ok(());
        };
        if text.is_empty() || text.chars().any(char::is_control) {
            return Err(Error::invalid(
                op,
                format!("{text:?} names no sound device: it is empty or has control characters"),
            ));
        }
        Ok(())
    }

    /// The device meant out of a list; `None` for an id that is not listed, which may exist all the same.
    pub(crate) fn find<'a>(
        &self,
        op: &'static str,
        list: &'a [AudioDevice],
        direction: DeviceDirection,
    ) -> Result<Option<&'a AudioDevice>> {
        let mut there = list.iter().filter(|d| d.direction == direction);
        match self {
            DeviceChoice::Default => Ok(there.find(|d| d.is_default)),
            DeviceChoice::Id(id) => {
                Ok(there.find(|d| d.id == *id || d.id.split_once(':').is_some_and(|(_, pcm)| pcm == id)))
            }
            DeviceChoice::Name(name) => {
                let exact: Vec<_> = there.clone().filter(|d| d.name == *name).collect();
                let wanted = name.to_lowercase();
                let found = match exact[..] {
                    [] => there
                        .clone()
                        .filter(|d| d.name.to_lowercase().contains(&wanted))
                        .collect(),
                    _ => exact,
                };
                match found[..] {
                    [device] => Ok(Some(device)),
                    [] => Err(missing(op, name, direction, there)),
                    _ => Err(Error::invalid(
                        op,
                        format!(
                            "{name:?} fits {} {} devices: {}; choose one by its id",
                            found.len(),
                            direction.name(),
                            names(found.into_iter())
                        ),
                    )),
                }
            }
        }
    }
}

/// `default`, `id:…`, `name:…`, or just the name.
impl FromStr for DeviceChoice {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<DeviceChoice, Infallible> {
        Ok(match text.split_once(':') {
            _ if text.eq_ignore_ascii_case("default") => DeviceChoice::Default,
            Some(("id", id)) => DeviceChoice::Id(id.to_owned()),
            Some(("name", name)) => DeviceChoice::Name(name.to_owned()),
            _ => DeviceChoice::Name(text.to_owned()),
        })
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DeviceChoice::Default => f.write_str("default"),
            DeviceChoice::Id(id) => write!(f, "id:{id}"),
            DeviceChoice::Name(name) => write!(f, "name:{name}"),
        }
    }
}

fn missing<'a>(
    op: &'static str,
    name: &str,
    direction: DeviceDirection,
    there: impl Iterator<Item = &'a AudioDevice>,
) -> Error {
    let names = names(there);
    let names = if names.is_empty() {
        "none at all".to_owned()
    } else {
        names
    };
    Error::new(
        ErrorKind::Device,
        op,
        format!(
            "there is no {} device whose name has {name:?} in it; there are: {names}",
            direction.name()
        ),
    )
}

fn names<'a>(devices: impl Iterator<Item = &'a AudioDevice>) -> String {
    let names: Vec<String> = devices.map(ToString::to_string).collect();
    names.join(", ")
}

/// What came and what went between two lists.
pub(crate) fn difference(before: &[AudioDevice], now: &[AudioDevice]) -> (Vec<AudioDevice>, Vec<AudioDevice>) {
    let same = |a: &AudioDevice, b: &AudioDevice| (&a.id, a.direction) == (&b.id, b.direction);
    let lacks = |list: &[AudioDevice], d: &AudioDevice| !list.iter().any(|o| same(o, d));
    let added = now.iter().filter(|d| lacks(before, d)).cloned().collect();
    let removed = before.iter().filter(|d| lacks(now, d)).cloned().collect();
    (added, removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use DeviceDirection::{Input, Output};

    fn device(id: &str, name: &str, direction: DeviceDirection, is_default: bool) -> AudioDevice {
        AudioDevice {
            id: id.to_owned(),
            name: name.to_owned(),
            direction,
            is_default,
        }
    }

    fn desk() -> Vec<AudioDevice> {
        vec![
            device("alsa:default", "Default", Output, true),
            device("alsa:hw:CARD=PCH", "Built-in Audio", Output, false),
            device("alsa:hw:CARD=H", "Jabra Headset", Output, false),
            device("alsa:hw:CARD=H", "Jabra Headset", Input, true),
            device("alsa:hw:CARD=J", "Jabra Headset 2", Output, false),
        ]
    }

    fn found(choice: &str, direction: DeviceDirection) -> Result<Option<String>> {
        let choice: DeviceChoice = choice.parse().unwrap();
        let list = desk();
        choice.find("t", &list, direction).map(|d| d.map(|d| d.id.clone()))
    }

    #[test]
    fn by_default_by_id_and_by_name() {
        assert_eq!(found("default", Output).unwrap().unwrap(), "alsa:default");
        assert_eq!(found("DEFAULT", Input).unwrap().unwrap(), "alsa:hw:CARD=H");
        assert_eq!(
            found("id:alsa:hw:CARD=PCH", Output).unwrap().unwrap(),
            "alsa:hw:CARD=PCH"
        );
        assert_eq!(found("id:hw:CARD=PCH", Output).unwrap().unwrap(), "alsa:hw:CARD=PCH");
        assert_eq!(found("id:hw:CARD=Other", Output).unwrap(), None);
        // An exact name before those that hold it.
        assert_eq!(found("Jabra Headset", Output).unwrap().unwrap(), "alsa:hw:CARD=H");
        assert_eq!(found("built-in", Output).unwrap().unwrap(), "alsa:hw:CARD=PCH");
        assert_eq!(found("name:headset 2", Output).unwrap().unwrap(), "alsa:hw:CARD=J");
    }

    #[test]
    fn what_is_not_clear_is_said() {
        let several = found("jabra", Output).unwrap_err();
        assert_eq!(several.kind(), ErrorKind::InvalidArgument);
        assert!(several.to_string().contains("alsa:hw:CARD=J"), "{several}");
        let nobody = found("built-in", Input).unwrap_err();
        assert_eq!(nobody.kind(), ErrorKind::Device);
        assert!(
            nobody.to_string().contains("Jabra Headset (alsa:hw:CARD=H)"),
            "{nobody}"
        );
        let none = DeviceChoice::Name("x".into()).find("t", &[], Input).unwrap_err();
        assert!(none.to_string().contains("none at all"), "{none}");
        for bad in ["", "a\nb"] {
            assert!(DeviceChoice::Name(bad.to_owned()).check("t").is_err(), "{bad:?}");
            assert!(DeviceChoice::Id(bad.to_owned()).check("t").is_err(), "{bad:?}");
        }
    }

    #[test]
    fn choices_survive_being_written_down() {
        for text in ["default", "id:alsa:hw:CARD=H", "name:Jabra"] {
            assert_eq!(text.parse::<DeviceChoice>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn differences_are_by_id_and_direction() {
        let before = desk();
        let mut now = desk();
        now.remove(1);
        now[0].is_default = false;
        now.push(device("alsa:hw:CARD=PCH", "Built-in Audio", Input, false));
        let (added, removed) = difference(&before, &now);
        assert_eq!((added.len(), removed.len()), (1, 1));
        assert_eq!((added[0].direction, removed[0].direction), (Input, Output));
    }
}
