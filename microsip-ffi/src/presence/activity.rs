//! What somebody is doing.

use microsip_core::Activity;

use crate::base::Outcome;
use crate::presence::help::absent_code;

/// What a person is doing (RFC 4480 §3.2); a person may be doing several things at once: one of `enum
/// microsip_activity_e`.
pub type microsip_activity_t = i32;

/// The values of `microsip_activity_t`.
#[repr(i32)]
pub enum microsip_activity_e {
    /// An appointment in the calendar.
    MICROSIP_ACTIVITY_APPOINTMENT = 1,
    /// Physically away from the devices.
    MICROSIP_ACTIVITY_AWAY = 2,
    /// At breakfast.
    MICROSIP_ACTIVITY_BREAKFAST = 3,
    /// Busy, without saying with what.
    MICROSIP_ACTIVITY_BUSY = 4,
    /// At dinner.
    MICROSIP_ACTIVITY_DINNER = 5,
    /// A holiday of all, such as a public holiday.
    MICROSIP_ACTIVITY_HOLIDAY = 6,
    /// In a vehicle, not steering it.
    MICROSIP_ACTIVITY_IN_TRANSIT = 7,
    /// Looking for work.
    MICROSIP_ACTIVITY_LOOKING_FOR_WORK = 8,
    /// At lunch.
    MICROSIP_ACTIVITY_LUNCH = 9,
    /// At a meal.
    MICROSIP_ACTIVITY_MEAL = 10,
    /// In a meeting.
    MICROSIP_ACTIVITY_MEETING = 11,
    /// In a call.
    MICROSIP_ACTIVITY_ON_THE_PHONE = 12,
    /// At a performance: theatre, concert, cinema.
    MICROSIP_ACTIVITY_PERFORMANCE = 13,
    /// Away for ever: moved, left the company.
    MICROSIP_ACTIVITY_PERMANENT_ABSENCE = 14,
    /// Playing.
    MICROSIP_ACTIVITY_PLAYING = 15,
    /// Giving or hearing a presentation.
    MICROSIP_ACTIVITY_PRESENTATION = 16,
    /// Shopping.
    MICROSIP_ACTIVITY_SHOPPING = 17,
    /// Asleep.
    MICROSIP_ACTIVITY_SLEEPING = 18,
    /// Watching an event.
    MICROSIP_ACTIVITY_SPECTATOR = 19,
    /// Steering a vehicle.
    MICROSIP_ACTIVITY_STEERING = 20,
    /// On a journey.
    MICROSIP_ACTIVITY_TRAVEL = 21,
    /// Watching television.
    MICROSIP_ACTIVITY_TV = 22,
    /// Said to be unknown.
    MICROSIP_ACTIVITY_UNKNOWN = 23,
    /// On vacation.
    MICROSIP_ACTIVITY_VACATION = 24,
    /// At work.
    MICROSIP_ACTIVITY_WORKING = 25,
    /// At worship.
    MICROSIP_ACTIVITY_WORSHIP = 26,
    /// Not to be disturbed; written as `other` with the text `do-not-disturb`, as RFC 4480 has no word for it.
    MICROSIP_ACTIVITY_DO_NOT_DISTURB = 27,
    /// Something else, in free words.
    MICROSIP_ACTIVITY_OTHER = 28,
}

/// The activities that need no words, with their numbers.
static ACTIVITIES: &[(i32, Activity)] = &[
    (
        microsip_activity_e::MICROSIP_ACTIVITY_APPOINTMENT as i32,
        Activity::Appointment,
    ),
    (microsip_activity_e::MICROSIP_ACTIVITY_AWAY as i32, Activity::Away),
    (
        microsip_activity_e::MICROSIP_ACTIVITY_BREAKFAST as i32,
        Activity::Breakfast,
    ),
    (microsip_activity_e::MICROSIP_ACTIVITY_BUSY as i32, Activity::Busy),
    (microsip_activity_e::MICROSIP_ACTIVITY_DINNER as i32, Activity::Dinner),
    (microsip_activity_e::MICROSIP_ACTIVITY_HOLIDAY as i32, Activity::Holiday),
    (
        microsip_activity_e::MICROSIP_ACTIVITY_IN_TRANSIT as i32,
        Activity::InTransit,
    ),
    (
        microsip_activity_e::MICROSIP_ACTIVITY_LOOKING_FOR_WORK as i32,
        Activity::LookingForWork,
    ),
    (microsip_activity_e::MICROSIP_ACTIVITY_LUNCH as i32, Activity::Lunch),
    (microsip_activity_e::MICROSIP_ACTIVITY_MEAL as i32, Activity::Meal),
    (microsip_activity_e::MICROSIP_ACTIVITY_MEETING as i32, Activity::Meeting),
    (
        microsip_activity_e::MICROSIP_ACTIVITY_ON_THE_PHONE as i32,
        Activity::OnThePhone,
    ),
    (
        microsip_activity_e::MICROSIP_ACTIVITY_PERFORMANCE as i32,
        Activity::Performance,
    ),
    (
        microsip_activity_e::MICROSIP_ACTIVITY_PERMANENT_ABSENCE as i32,
        Activity::PermanentAbsence,
    ),
    (microsip_activity_e::MICROSIP_ACTIVITY_PLAYING as i32, Activity::Playing),
    (
        microsip_activity_e::MICROSIP_ACTIVITY_PRESENTATION as i32,
        Activity::Presentation,
    ),
    (
        microsip_activity_e::MICROSIP_ACTIVITY_SHOPPING as i32,
        Activity::Shopping,
    ),
    (
        microsip_activity_e::MICROSIP_ACTIVITY_SLEEPING as i32,
        Activity::Sleeping,
    ),
    (
        microsip_activity_e::MICROSIP_ACTIVITY_SPECTATOR as i32,
        Activity::Spectator,
    ),
    (
        microsip_activity_e::MICROSIP_ACTIVITY_STEERING as i32,
        Activity::Steering,
    ),
    (microsip_activity_e::MICROSIP_ACTIVITY_TRAVEL as i32, Activity::Travel),
    (microsip_activity_e::MICROSIP_ACTIVITY_TV as i32, Activity::Tv),
    (microsip_activity_e::MICROSIP_ACTIVITY_UNKNOWN as i32, Activity::Unknown),
    (
        microsip_activity_e::MICROSIP_ACTIVITY_VACATION as i32,
        Activity::Vacation,
    ),
    (microsip_activity_e::MICROSIP_ACTIVITY_WORKING as i32, Activity::Working),
    (microsip_activity_e::MICROSIP_ACTIVITY_WORSHIP as i32, Activity::Worship),
    (
        microsip_activity_e::MICROSIP_ACTIVITY_DO_NOT_DISTURB as i32,
        Activity::DoNotDisturb,
    ),
];

/// An activity's number, and its words when it has no number of its own.
pub(super) fn code_of_activity(activity: &Activity) -> (i32, &str) {
    let other = microsip_activity_e::MICROSIP_ACTIVITY_OTHER as i32;
    match activity {
        Activity::Other(words) => (other, words),
        known => ACTIVITIES
            .iter()
            .find(|(_, activity)| activity == known)
            .map_or((0, ""), |(code, _)| (*code, "")),
    }
}

pub(super) fn activity_of(code: i32, words: Option<&str>) -> Outcome<Activity> {
    if code == microsip_activity_e::MICROSIP_ACTIVITY_OTHER as i32 {
        return Ok(Activity::Other(
            words.ok_or_else(|| crate::base::arg::null("words"))?.to_owned(),
        ));
    }
    ACTIVITIES
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, activity)| activity.clone())
        .ok_or_else(|| absent_code(code, "activity"))
}
