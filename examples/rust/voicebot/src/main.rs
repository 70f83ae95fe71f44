//! The voice bot's command line.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program in a terminal")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};
use microsip_core::{AccountConfig, Endpoint, EndpointConfig, Secret, Transport};
use serde_json::Value;
use voicebot::bot::{self, Report, Service};
use voicebot::self_test::{self, Outcome, caller};
use voicebot::service::{Script, SpeechService};

/// Not options, since anybody on the machine can read those.
const SECRETS: &str = "Environment:
  VOICEBOT_PASSWORD  The account's password
  VOICEBOT_TOKEN     A token for the service, sent as `Authorization: Bearer`";

fn secret(name: &str) -> Option<Secret> {
    std::env::var(name).ok().map(Secret::from)
}

/// Answers calls and lets callers talk with a speech service; without --service with a scripted one of its own. Ctrl-C ends it
/// and prints what was measured.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true, after_help = SECRETS)]
struct Cli {
    #[command(subcommand)]
    other: Option<Other>,
    #[command(flatten)]
    bot: BotArgs,
}

#[derive(Args)]
struct BotArgs {
    /// Address of the speech service, such as ws://127.0.0.1:8080.
    #[arg(long, value_name = "URL")]
    service: Option<String>,
    /// JSON file with the session to ask the service for, in place of the built-in one.
    #[arg(long, value_name = "FILE")]
    session: Option<PathBuf>,
    /// SIP address to bind.
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:5060")]
    bind: SocketAddr,
    /// The account to be called at; without it, anybody who calls this machine is answered.
    #[arg(long, value_name = "URI", requires = "registrar")]
    account: Option<String>,
    /// Where the account is registered.
    #[arg(long, value_name = "URI", requires = "account")]
    registrar: Option<String>,
    /// Write what was measured to this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Try everything on this machine: scripted service, bot, and callers who interrupt it.
    #[arg(long)]
    self_test: bool,
    /// How many callers at once, for --self-test.
    #[arg(long, default_value_t = 1, requires = "self_test")]
    callers: u32,
}

#[derive(Subcommand)]
enum Other {
    /// The scripted speech service alone.
    SpeechService {
        /// Where it listens.
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
    },
    /// Scripted callers: ask, interrupt the answer, listen to the next one.
    Caller {
        /// Whom they call.
        uri: String,
        /// How many at once.
        #[arg(long, default_value_t = 1)]
        calls: u32,
        /// Where they write what they heard and said.
        #[arg(long, value_name = "FOLDER", default_value = ".")]
        record: PathBuf,
    },
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let cli = Cli::parse();
    match cli.other {
        None if cli.bot.self_test => return try_it(&cli.bot).await,
        None => serve(&cli.bot).await?,
        Some(Other::Caller { uri, calls, record }) => {
            tokio::task::spawn_blocking(move || caller::run(&uri, calls, &record)).await??;
        }
        Some(Other::SpeechService { listen }) => {
            let mut service = SpeechService::start(listen, Script::new()?).await?;
            println!("speech service at {}", service.url());
            service.wait().await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The bot, until Ctrl-C.
async fn serve(args: &BotArgs) -> Result<()> {
    let scripted = match args.service {
        Some(_) => None,
        None => Some(SpeechService::start("127.0.0.1:0".parse()?, Script::new()?).await?),
    };
    let url = args.service.clone().or(scripted.as_ref().map(SpeechService::url));
    let mut service = Service::new(url.unwrap_or_default());
    service.token = secret("VOICEBOT_TOKEN");
    if let Some(file) = &args.session {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        service.session = serde_json::from_str(&text).with_context(|| format!("in {}", file.display()))?;
    }

    let endpoint = Endpoint::start(EndpointConfig::default().bind(args.bind))?;
    let events = endpoint.events();
    let address = endpoint.local_address(Transport::Udp)?;
    let uri = args
        .account
        .clone()
        .unwrap_or_else(|| format!("sip:voicebot@{address}"));
    let mut config = AccountConfig::new(uri.as_str());
    if let Some(registrar) = &args.registrar {
        config = config.registrar(registrar);
    }
    if let Some(password) = secret("VOICEBOT_PASSWORD") {
        let user = uri.trim_start_matches("sips:").trim_start_matches("sip:");
        config = config.credentials(user.split('@').next().unwrap_or(user), password);
    }
    let account = endpoint.add_account(config)?;
    if args.registrar.is_some() {
        account.wait_registered(Duration::from_secs(10))?;
    }
    println!("call {uri}; speech comes from {}", service.url);

    let report = bot::run(&endpoint, events, service, async {
        drop(tokio::signal::ctrl_c().await)
    })
    .await?;
    endpoint.close()?;
    println!("{}\n{}", report.table(), Report::LEGEND);
    for call in &report.calls {
        for problem in call.error.iter().chain(&call.complaints) {
            eprintln!("call {} of {}: {problem}", call.call, call.caller);
        }
    }
    save(args, &report.json())
}

async fn try_it(args: &BotArgs) -> Result<ExitCode> {
    let outcome = self_test::run(args.callers).await?;
    println!("{}\n{}", outcome.report.table(), Report::LEGEND);
    println!("{}\n{}", outcome.table(), Outcome::LEGEND);
    save(args, &outcome.json())?;
    Ok(if outcome.passed() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn save(args: &BotArgs, report: &Value) -> Result<()> {
    let Some(file) = &args.json else { return Ok(()) };
    std::fs::write(file, format!("{report:#}\n")).with_context(|| format!("writing {}", file.display()))
}
