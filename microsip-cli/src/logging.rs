//! The log: `tracing` to standard error, so that standard output carries nothing but events.

use std::str::FromStr;

use clap::ValueEnum;
use microsip_core::LogLevel;
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

/// `--log LEVEL`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogArg {
    /// Nothing.
    Off,
    /// Errors.
    Error,
    /// Warnings.
    Warn,
    /// What happens.
    Info,
    /// Details, PJSIP's included.
    Debug,
}

impl LogArg {
    fn filter(self) -> LevelFilter {
        match self {
            LogArg::Off => LevelFilter::OFF,
            LogArg::Error => LevelFilter::ERROR,
            LogArg::Warn => LevelFilter::WARN,
            LogArg::Info => LevelFilter::INFO,
            LogArg::Debug => LevelFilter::DEBUG,
        }
    }
}

/// Starts the log and says how much PJSIP has to say for it. `--log` comes before `RUST_LOG`; without both, errors only,
/// because failures of calls and registrations are events already.
pub(crate) fn start(level: Option<LogArg>) -> LogLevel {
    let from_env = || {
        std::env::var("RUST_LOG")
            .ok()
            .and_then(|text| Targets::from_str(&text).ok())
    };
    let targets = match level {
        Some(level) => Targets::new().with_default(level.filter()),
        None => from_env().unwrap_or_else(|| Targets::new().with_default(LevelFilter::ERROR)),
    };
    let wanted = pjsip_level(&targets);
    let stderr = anstream::AutoStream::choice(&std::io::stderr());
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(stderr != anstream::ColorChoice::Never)
        // It would complain about a closed standard error on standard error, and panic.
        .log_internal_errors(false);
    // A second start in one process, as tests do, keeps the first one's settings.
    drop(
        tracing_subscriber::registry()
            .with(layer.with_filter(targets))
            .try_init(),
    );
    wanted
}

fn pjsip_level(targets: &Targets) -> LogLevel {
    let levels = [
        (Level::DEBUG, LogLevel::Debug),
        (Level::INFO, LogLevel::Info),
        (Level::WARN, LogLevel::Warn),
        (Level::ERROR, LogLevel::Error),
    ];
    levels
        .iter()
        .find(|(level, _)| targets.would_enable("pjsip", level))
        .map_or(LogLevel::Off, |(_, wanted)| *wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pjsip_logs_no_more_than_is_shown() {
        let level = |text: &str| pjsip_level(&Targets::from_str(text).unwrap());
        assert_eq!(level("warn"), LogLevel::Warn);
        assert_eq!(level("off,pjsip=debug"), LogLevel::Debug);
        assert_eq!(level("debug,pjsip=off"), LogLevel::Off);
        assert_eq!(level("microsip=trace"), LogLevel::Off);
    }
}
