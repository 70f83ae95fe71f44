//! What is known of a presentity: where it can be reached, what it is doing.

use std::time::SystemTime;

/// Presence in one word, for a list of buddies. See [`PresenceStatus::state`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Presence {
    /// Nothing is known.
    Unknown,
    /// There, and ready to talk.
    Online,
    /// Not at the device: away, at a meal, on vacation, …
    Away,
    /// There, and occupied: busy, in a meeting, …
    Busy,
    /// In a call.
    OnThePhone,
    /// There, and not to be disturbed.
    DoNotDisturb,
    /// Not reachable.
    Offline,
}

impl Presence {
    /// Stable lower-case name, as it appears in JSON: `"online"`, `"on_the_phone"`, …
    pub fn name(self) -> &'static str {
        match self {
            Presence::Unknown => "unknown",
            Presence::Online => "online",
            Presence::Away => "away",
            Presence::Busy => "busy",
            Presence::OnThePhone => "on_the_phone",
            Presence::DoNotDisturb => "do_not_disturb",
            Presence::Offline => "offline",
        }
    }
}

/// Whether somebody, or one way to somebody, is open to communication (RFC 3863 §4.1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum BasicStatus {
    /// It is.
    Open,
    /// It is not.
    Closed,
    /// Nothing, or nothing known, is said about it.
    #[default]
    Unknown,
}

impl BasicStatus {
    /// Stable lower-case name, as it appears in JSON: `"open"`, `"closed"`, `"unknown"`.
    pub fn name(self) -> &'static str {
        match self {
            BasicStatus::Open => "open",
            BasicStatus::Closed => "closed",
            BasicStatus::Unknown => "unknown",
        }
    }
}

macro_rules! activities {
    ($($(#[doc = $doc:literal])+ $variant:ident $element:literal $name:literal)*) => {
        /// What a person is doing (RFC 4480 §3.2). A person may be doing several things at once.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Activity {
            $($(#[doc = $doc])+ $variant,)*
            /// Not to be disturbed. RFC 4480 has no word for it; it is written as `other` with the text `do-not-disturb`
            /// and read from that, from `dnd` and the like.
            DoNotDisturb,
            /// Something else, in the peer's words: free text, or the name of an element nobody knows.
            Other(String),
        }

        impl Activity {
            /// Stable lower-case name, as it appears in JSON: `"away"`, `"on_the_phone"`, …; `"other"` for what is told in
            /// free words.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Activity::$variant => $name,)*
                    Activity::DoNotDisturb => "do_not_disturb",
                    Activity::Other(_) => "other",
                }
            }

            /// Its element in RFC 4480, with the prefix it is written with.
            pub(super) fn prefixed(&self) -> &'static str {
                match self {
                    $(Activity::$variant => concat!("rpid:", $element),)*
                    Activity::DoNotDisturb | Activity::Other(_) => "rpid:other",
                }
            }

            /// The activity of an element's name; upper and lower case are the same, as some write `tv` for `TV`.
            pub(super) fn of_element(name: &str) -> Option<Activity> {
                $(if name.eq_ignore_ascii_case($element) {
                    return Some(Activity::$variant);
                })*
                None
            }

            #[cfg(test)]
            pub(super) fn all() -> Vec<Activity> {
                vec![$(Activity::$variant,)* Activity::DoNotDisturb, Activity::Other("knitting".into())]
            }
        }
    };
}

activities! {
    /// An appointment in the calendar.
    Appointment "appointment" "appointment"
    /// Physically away from the devices.
    Away "away" "away"
    /// At breakfast.
    Breakfast "breakfast" "breakfast"
    /// Busy, without saying with what.
    Busy "busy" "busy"
    /// At dinner.
    Dinner "dinner" "dinner"
    /// A holiday of all, such as a public holiday.
    Holiday "holiday" "holiday"
    /// In a vehicle, not steering it.
    InTransit "in-transit" "in_transit"
    /// Looking for work.
    LookingForWork "looking-for-work" "looking_for_work"
    /// At lunch.
    Lunch "lunch" "lunch"
    /// At a meal.
    Meal "meal" "meal"
    /// In a meeting.
    Meeting "meeting" "meeting"
    /// In a call.
    OnThePhone "on-the-phone" "on_the_phone"
    /// At a performance: theatre, concert, cinema.
    Performance "performance" "performance"
    /// Away for ever: moved, left the company.
    PermanentAbsence "permanent-absence" "permanent_absence"
    /// Playing.
    Playing "playing" "playing"
    /// Giving or hearing a presentation.
    Presentation "presentation" "presentation"
    /// Shopping.
    Shopping "shopping" "shopping"
    /// Asleep.
    Sleeping "sleeping" "sleeping"
    /// Watching an event.
    Spectator "spectator" "spectator"
    /// Steering a vehicle.
    Steering "steering" "steering"
    /// On a journey.
    Travel "travel" "travel"
    /// Watching television.
    Tv "TV" "tv"
    /// Said to be unknown.
    Unknown "unknown" "unknown"
    /// On vacation.
    Vacation "vacation" "vacation"
    /// At work.
    Working "working" "working"
    /// At worship.
    Worship "worship" "worship"
}

impl Activity {
    /// The activity of free words.
    pub(super) fn of_words(words: &str) -> Activity {
        let plain: String = words
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match plain.as_str() {
            "donotdisturb" | "dnd" => Activity::DoNotDisturb,
            "onthephone" => Activity::OnThePhone,
            _ => Activity::Other(words.to_owned()),
        }
    }

    /// What it means for who wants to call.
    fn presence(&self) -> Option<Presence> {
        match self {
            Activity::DoNotDisturb => Some(Presence::DoNotDisturb),
            Activity::OnThePhone => Some(Presence::OnThePhone),
            Activity::Appointment
            | Activity::Busy
            | Activity::Meeting
            | Activity::Performance
            | Activity::Presentation
            | Activity::Spectator
            | Activity::Steering
            | Activity::Worship => Some(Presence::Busy),
            Activity::Away
            | Activity::Breakfast
            | Activity::Dinner
            | Activity::Holiday
            | Activity::InTransit
            | Activity::Lunch
            | Activity::Meal
            | Activity::PermanentAbsence
            | Activity::Shopping
            | Activity::Sleeping
            | Activity::Travel
            | Activity::Vacation => Some(Presence::Away),
            Activity::LookingForWork
            | Activity::Playing
            | Activity::Tv
            | Activity::Unknown
            | Activity::Working
            | Activity::Other(_) => None,
        }
    }
}

/// Words for people.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PresenceNote {
    /// The words.
    pub text: String,
    /// Their language (`xml:lang`), such as `en`; `None` when not told.
    pub language: Option<String>,
}

impl PresenceNote {
    /// A note without language.
    pub fn new(text: impl Into<String>) -> PresenceNote {
        PresenceNote {
            text: text.into(),
            language: None,
        }
    }

    /// Sets the language, such as `en` or `pt-BR`.
    pub fn language(mut self, tag: impl Into<String>) -> PresenceNote {
        self.language = Some(tag.into());
        self
    }
}

/// One way to reach the presentity: a service on a device (RFC 3863 §4.1.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PresenceTuple {
    /// Its id, unique in the document.
    pub id: String,
    /// Whether this way is open.
    pub basic: BasicStatus,
    /// Where it leads, as URI.
    pub contact: Option<String>,
    /// How much it is preferred, in thousandths: 1000 is preferred most. `None` when not told.
    pub priority: Option<u16>,
    /// Activities told of this way, as some programs do; RFC 4480 tells them of a person.
    pub activities: Vec<Activity>,
    /// Words about it.
    pub notes: Vec<PresenceNote>,
    /// Since when this holds.
    pub timestamp: Option<SystemTime>,
}

/// The person (RFC 4479 §3.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PresencePerson {
    /// Its id, unique in the document; empty when there is none.
    pub id: String,
    /// What the person is doing.
    pub activities: Vec<Activity>,
    /// Words about it: those about the activities first.
    pub notes: Vec<PresenceNote>,
    /// Since when this holds.
    pub timestamp: Option<SystemTime>,
}

/// A device (RFC 4479 §3.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PresenceDevice {
    /// Its id, unique in the document.
    pub id: String,
    /// The device's own id, a URN; empty when there is none.
    pub device_id: String,
    /// Words about it.
    pub notes: Vec<PresenceNote>,
    /// Since when this holds.
    pub timestamp: Option<SystemTime>,
}

/// What is known of a presentity, as a document of presence says it (RFC 3863, RFC 4479, RFC 4480).
///
/// ```
/// # use microsip_core::{Presence, PresenceStatus};
/// let status = PresenceStatus::away().with_note("back at noon");
/// assert_eq!(status.state(), Presence::Away);
/// let read = PresenceStatus::parse_pidf(status.to_pidf("sip:alice@example.org").as_bytes())?;
/// assert_eq!((read.state(), read.note()), (Presence::Away, Some("back at noon")));
/// # Ok::<(), microsip_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PresenceStatus {
    /// Whom it is about, as URI; empty when not told, and in what the functions below make.
    pub entity: String,
    /// Ways to reach them, in order.
    pub tuples: Vec<PresenceTuple>,
    /// The person; several when a server put several documents together.
    pub persons: Vec<PresencePerson>,
    /// Their devices.
    pub devices: Vec<PresenceDevice>,
    /// Words about the whole.
    pub notes: Vec<PresenceNote>,
}

impl PresenceStatus {
    fn of(basic: BasicStatus, activities: Vec<Activity>, note: Option<&str>) -> PresenceStatus {
        let person = PresencePerson {
            id: "p1".to_owned(),
            activities,
            notes: note.map(PresenceNote::new).into_iter().collect(),
            timestamp: None,
        };
        let says = !person.activities.is_empty() || !person.notes.is_empty();
        PresenceStatus {
            tuples: vec![PresenceTuple {
                id: "t1".to_owned(),
                basic,
                ..PresenceTuple::default()
            }],
            persons: if says { vec![person] } else { Vec::new() },
            ..PresenceStatus::default()
        }
    }

    /// There, and ready to talk.
    pub fn online() -> PresenceStatus {
        PresenceStatus::of(BasicStatus::Open, Vec::new(), None)
    }

    /// Away from the device, which can be called all the same.
    pub fn away() -> PresenceStatus {
        PresenceStatus::of(BasicStatus::Open, vec![Activity::Away], None)
    }

    /// There, and occupied.
    pub fn busy() -> PresenceStatus {
        PresenceStatus::of(BasicStatus::Open, vec![Activity::Busy], None)
    }

    /// In a call. The activity `busy` comes first, as PJSIP looks at the first alone, and the note is `On the phone`, as
    /// MicroSIP and others know it by that.
    pub fn on_the_phone() -> PresenceStatus {
        let activities = vec![Activity::Busy, Activity::OnThePhone];
        PresenceStatus::of(BasicStatus::Open, activities, Some("On the phone"))
    }

    /// Not to be disturbed. Who does not know that reads the activity `busy` and the note `Do not disturb`.
    pub fn do_not_disturb() -> PresenceStatus {
        let activities = vec![Activity::Busy, Activity::DoNotDisturb];
        PresenceStatus::of(BasicStatus::Open, activities, Some("Do not disturb"))
    }

    /// Not reachable.
    pub fn offline() -> PresenceStatus {
        PresenceStatus::of(BasicStatus::Closed, Vec::new(), None)
    }

    /// The status of a word. [`Presence::Unknown`] has no tuples: it says nothing.
    pub fn of_state(state: Presence) -> PresenceStatus {
        match state {
            Presence::Unknown => PresenceStatus::default(),
            Presence::Online => PresenceStatus::online(),
            Presence::Away => PresenceStatus::away(),
            Presence::Busy => PresenceStatus::busy(),
            Presence::OnThePhone => PresenceStatus::on_the_phone(),
            Presence::DoNotDisturb => PresenceStatus::do_not_disturb(),
            Presence::Offline => PresenceStatus::offline(),
        }
    }

    /// Sets the words of the person in place of those there were; an empty text removes them.
    pub fn with_note(mut self, text: impl Into<String>) -> PresenceStatus {
        let text = text.into();
        if self.persons.is_empty() {
            self.persons.push(PresencePerson {
                id: "p1".to_owned(),
                ..PresencePerson::default()
            });
        }
        for person in &mut self.persons {
            person.notes.clear();
        }
        if let Some(person) = self.persons.first_mut().filter(|_| !text.is_empty()) {
            person.notes.push(PresenceNote::new(text));
        }
        self.persons
            .retain(|person| !person.activities.is_empty() || !person.notes.is_empty());
        self
    }

    /// Adds what the person is doing.
    pub fn with_activity(mut self, activity: Activity) -> PresenceStatus {
        match self.persons.first_mut() {
            Some(person) => person.activities.push(activity),
            None => self.persons.push(PresencePerson {
                id: "p1".to_owned(),
                activities: vec![activity],
                ..PresencePerson::default()
            }),
        }
        self
    }

    /// Sets where the first tuple leads, as URI.
    pub fn with_contact(mut self, uri: impl Into<String>) -> PresenceStatus {
        if let Some(tuple) = self.tuples.first_mut() {
            tuple.contact = Some(uri.into());
        }
        self
    }

    /// Sets since when it holds, for every tuple and person; written to the second.
    pub fn with_timestamp(mut self, at: SystemTime) -> PresenceStatus {
        self.tuples.iter_mut().for_each(|t| t.timestamp = Some(at));
        self.persons.iter_mut().for_each(|p| p.timestamp = Some(at));
        self
    }

    /// Adds a suffix to every id. A server that puts documents of several devices together tells their parts by id, so each
    /// device must have its own.
    pub fn with_ids(mut self, suffix: &str) -> PresenceStatus {
        let ids = self.tuples.iter_mut().map(|t| &mut t.id);
        let ids = ids.chain(self.persons.iter_mut().map(|p| &mut p.id));
        for id in ids.chain(self.devices.iter_mut().map(|d| &mut d.id)) {
            id.push_str(suffix);
        }
        self
    }

    /// Whether there is an open way to them: one is enough.
    pub fn basic(&self) -> BasicStatus {
        let any = |basic| self.tuples.iter().any(|t| t.basic == basic);
        if any(BasicStatus::Open) {
            BasicStatus::Open
        } else if any(BasicStatus::Closed) {
            BasicStatus::Closed
        } else {
            BasicStatus::Unknown
        }
    }

    /// All that is being done: by persons first, then as told of tuples.
    pub fn activities(&self) -> impl Iterator<Item = &Activity> {
        let persons = self.persons.iter().flat_map(|p| &p.activities);
        persons.chain(self.tuples.iter().flat_map(|t| &t.activities))
    }

    /// The first words there are: of a person, then of a tuple, open ones first, then of the whole.
    pub fn note(&self) -> Option<&str> {
        let persons = self.persons.iter().flat_map(|p| &p.notes);
        let open = |open: bool| move |t: &&PresenceTuple| (t.basic == BasicStatus::Open) == open;
        let tuples = self.tuples.iter().filter(open(true));
        let tuples = tuples.chain(self.tuples.iter().filter(open(false)));
        let mut all = persons.chain(tuples.flat_map(|t| &t.notes)).chain(&self.notes);
        all.find(|note| !note.text.is_empty()).map(|note| note.text.as_str())
    }

    /// Everything in one word.
    ///
    /// Of several activities the one that speaks most against calling counts: do not disturb, on the phone, busy, away.
    /// What is closed is offline, unless somebody is busy there: Asterisk tells of a line in use in that way. Notes count
    /// where they are the very words some servers use in place of activities: `On the phone`, `On hold`, `Ringing`,
    /// `Do not disturb`.
    pub fn state(&self) -> Presence {
        let said: Vec<Presence> = self
            .activities()
            .filter_map(Activity::presence)
            .chain(self.noted())
            .collect();
        for state in [Presence::DoNotDisturb, Presence::OnThePhone, Presence::Busy] {
            if said.contains(&state) {
                return state;
            }
        }
        match self.basic() {
            BasicStatus::Closed => Presence::Offline,
            _ if said.contains(&Presence::Away) => Presence::Away,
            BasicStatus::Open => Presence::Online,
            BasicStatus::Unknown => Presence::Unknown,
        }
    }

    fn noted(&self) -> Option<Presence> {
        let note = self.note()?;
        if note.len() > 20 {
            return None;
        }
        match note.trim().to_ascii_lowercase().as_str() {
            "on the phone" | "on hold" => Some(Presence::OnThePhone),
            "ringing" => Some(Presence::Busy),
            "do not disturb" | "dnd" => Some(Presence::DoNotDisturb),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Presence; 7] = [
        Presence::Unknown,
        Presence::Online,
        Presence::Away,
        Presence::Busy,
        Presence::OnThePhone,
        Presence::DoNotDisturb,
        Presence::Offline,
    ];

    #[test]
    fn every_state_is_made_and_recognised() {
        for state in ALL {
            assert_eq!(PresenceStatus::of_state(state).state(), state);
            let noted = PresenceStatus::of_state(state).with_note("back soon");
            assert_eq!((noted.state(), noted.note()), (state, Some("back soon")));
            assert_eq!(noted.with_note("").note(), None);
        }
        let mut names: Vec<_> = ALL.iter().map(|s| s.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn the_activity_that_speaks_most_against_calling_counts() {
        let both = PresenceStatus::away().with_activity(Activity::Meeting);
        assert_eq!(both.state(), Presence::Busy);
        let nothing_much = PresenceStatus::online().with_activity(Activity::Working);
        assert_eq!(nothing_much.state(), Presence::Online);
        let gone = PresenceStatus::offline().with_activity(Activity::Away);
        assert_eq!(gone.state(), Presence::Offline);
        // As Asterisk tells of a line in use.
        let in_use = PresenceStatus::offline().with_activity(Activity::Busy);
        assert_eq!(in_use.state(), Presence::Busy);
        assert_eq!(in_use.with_note("On the phone").state(), Presence::OnThePhone);
        assert_eq!(
            PresenceStatus::default().with_activity(Activity::Away).state(),
            Presence::Away
        );
    }

    #[test]
    fn one_open_way_is_enough() {
        let mut status = PresenceStatus::offline();
        status.tuples.push(PresenceTuple {
            id: "t2".into(),
            basic: BasicStatus::Open,
            notes: vec![PresenceNote::new("mobile")],
            ..PresenceTuple::default()
        });
        status.tuples[0].notes.push(PresenceNote::new("desk"));
        assert_eq!((status.basic(), status.note()), (BasicStatus::Open, Some("mobile")));
    }
}
