//! A scripted speech service: behaves on its WebSocket as a real one does, and understands nothing. It hears when somebody speaks,
//! thinks for a while, and says the next sentence of its script, faster than anybody speaks, in bursts.

mod detector;
mod session;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use microsip_testkit::audio::Audio;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::protocol::RATE;

/// What it says, and how.
#[derive(Debug, Clone)]
pub struct Script {
    /// Its answers in order, the last one again and again; at [`RATE`].
    pub answers: Vec<Arc<[i16]>>,
    /// From the end of the caller's turn to the first burst.
    pub think: Duration,
    /// How many times faster than real time it sends.
    pub speed: u32,
    /// Whether [`SessionLog::heard`] is kept, which takes memory.
    pub keep_heard: bool,
}

impl Script {
    /// Two sentences: one that asks to be interrupted, and one that follows.
    ///
    /// # Errors
    /// When the files of this example are not there.
    pub fn new() -> Result<Self> {
        Ok(Script {
            answers: vec![asset("answer-1")?.into(), asset("answer-2")?.into()],
            think: Duration::from_millis(400),
            speed: 2,
            keep_heard: false,
        })
    }
}

/// A recording of this example, at [`RATE`].
///
/// # Errors
/// When it is not there.
pub fn asset(name: &str) -> Result<Vec<i16>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name);
    let audio = Audio::read_wav(file.with_extension("wav"))?.resampled(RATE);
    Ok(audio.samples.iter().map(|s| (s * 32_767.0).round() as i16).collect())
}

/// What happened in a session.
#[derive(Debug, Clone, Default)]
pub struct SessionLog {
    /// Everything it was sent; only if the script says so.
    pub heard: Vec<i16>,
    /// How much audio of which item it sent, in samples.
    pub sent: Vec<(String, usize)>,
    /// Responses it was asked to stop while it made them.
    pub cancelled: usize,
    /// Items that were cut, and where.
    pub truncated: Vec<(String, u64)>,
    /// What it refused.
    pub errors: Vec<String>,
}

/// The service, while it runs.
#[derive(Debug)]
pub struct SpeechService {
    address: SocketAddr,
    sessions: Sessions,
    task: JoinHandle<()>,
}

type Sessions = Arc<Mutex<Vec<SessionLog>>>;

/// Changes what is known of a session.
fn note(sessions: &Sessions, number: usize, change: impl FnOnce(&mut SessionLog)) {
    let mut sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(session) = sessions.get_mut(number) {
        change(session);
    }
}

impl SpeechService {
    /// Listens; port 0 lets the system choose.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub async fn start(listen: SocketAddr, script: Script) -> Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let sessions = Sessions::default();
        let task = tokio::spawn(accept(listener, script, Arc::clone(&sessions)));
        Ok(SpeechService {
            address,
            sessions,
            task,
        })
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// All sessions so far, in the order in which they began.
    pub fn sessions(&self) -> Vec<SessionLog> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Serves until something goes wrong.
    pub async fn wait(&mut self) {
        // It ends by panic only.
        drop((&mut self.task).await);
    }
}

impl Drop for SpeechService {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, script: Script, sessions: Sessions) {
    let mut running = tokio::task::JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let number = {
            let mut sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
            sessions.push(SessionLog::default());
            sessions.len() - 1
        };
        let (script, sessions) = (script.clone(), Arc::clone(&sessions));
        running.spawn(async move {
            if let Err(error) = session::serve(stream, number, script, &sessions).await {
                note(&sessions, number, |session| session.errors.push(format!("{error:#}")));
            }
        });
        // Those that are over.
        while running.try_join_next().is_some() {}
    }
}
