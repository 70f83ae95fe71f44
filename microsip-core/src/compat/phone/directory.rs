//! Documents from the network: the users directory (reference section 9.5) and provisioning.

use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

use super::PhoneEvent;
use super::events::SettingsSource;
use super::worker::{Input, Worker};
use crate::compat::contacts::{DirectoryAccount, DirectoryClient, DirectoryConfig, DirectoryUpdate, MergeKey};
use crate::compat::fetch::FetchOptions;
use crate::compat::provision::{
    ProvisionClient, ProvisionConfig, ProvisionDocument, ProvisionNews, ProvisionProblem, ProvisionRules,
};
use crate::{Error, ErrorKind, Result};

/// How long a document waits until the phone has time for it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why there is no new document, all that is wrong with one, and the one that was kept.
type Refused = (Error, Vec<ProvisionProblem>, Option<ProvisionDocument>);

/// Who fetches.
#[derive(Default)]
pub(super) struct Documents {
    directory: Option<DirectoryClient>,
    provision: Option<ProvisionClient>,
}

impl Documents {
    pub(super) fn close(&mut self) {
        self.directory = None;
        self.provision = None;
    }
}

impl Worker {
    fn fetch_options(&self) -> FetchOptions {
        match self.loaded.extensions.tls_ca_file.as_str() {
            "" => FetchOptions::default(),
            file => FetchOptions::default().ca_file(file),
        }
    }

    /// Begins to ask for the directory, as the settings have it now.
    pub(super) fn start_directory(&mut self) {
        self.documents.directory = None;
        let url = self.loaded.settings.users_directory.trim();
        if url.is_empty() {
            return;
        }
        let config = DirectoryConfig::new(url).fetch(self.fetch_options());
        let (sender, _) = self.sender();
        let started = DirectoryClient::start(config, move |update| {
            drop(sender.send(Input::Job(Box::new(move |worker| worker.directory_came(&update)))));
        });
        match started {
            Ok(client) => self.documents.directory = Some(client),
            Err(e) => self.problem(e),
        }
    }

    /// The account has registered: an address with placeholders can be asked.
    pub(super) fn directory_account(&mut self) {
        let (Some(client), Some((_, account))) = (&self.documents.directory, self.loaded.active()) else {
            return;
        };
        let password = self
            .options
            .password
            .clone()
            .unwrap_or_else(|| account.password.secret.clone());
        let values = DirectoryAccount::new(account.username.as_str(), password, account.server.as_str())
            .domain(account.domain.as_str())
            .label(account.label.as_str());
        client.registered(values);
    }

    pub(super) fn refresh_directory(&mut self) -> Result<Value> {
        let none = || {
            Error::new(
                ErrorKind::Config,
                "users directory",
                "usersDirectory is empty; there is nothing to ask",
            )
        };
        self.documents.directory.as_ref().ok_or_else(none)?.refresh();
        Ok(json!({ "asked": true }))
    }

    fn directory_came(&mut self, update: &DirectoryUpdate) {
        match &update.result {
            Err(e) if update.silent => tracing::info!("users directory: {e}"),
            Err(e) => self.problem(e.clone()),
            Ok(None) => {}
            Ok(Some(directory)) => {
                let told = directory.presence.iter();
                self.watched
                    .directory_tells(told.map(|told| (told.number.clone(), told.status.name())));
                self.look_at_contacts();
                let merged = update.merge_into(self.contacts.book_mut(), MergeKey::NumberAndName);
                match merged {
                    Ok(report) if report.added + report.updated + report.removed > 0 => {
                        if let Err(e) = self.contacts.save() {
                            self.problem(e);
                        }
                        self.contacts_changed();
                        self.watch_people();
                        self.tell(PhoneEvent::Directory {
                            added: report.added,
                            updated: report.updated,
                            removed: report.removed,
                        });
                    }
                    Ok(_) => {}
                    Err(e) => self.problem(e),
                }
            }
        }
    }

    /// Begins to ask for the provisioning document, as the settings have it now.
    pub(super) fn start_provisioning(&mut self) {
        self.documents.provision = None;
        let url = self.loaded.extensions.provisioning_url.trim();
        if url.is_empty() {
            return;
        }
        let rules = ProvisionRules::default().allow_hooks(self.loaded.extensions.provisioning_hooks);
        let config = ProvisionConfig::new(url, &self.loaded.place.settings)
            .rules(rules)
            .fetch(self.fetch_options());
        let (sender, _) = self.sender();
        let started = ProvisionClient::start(config, move |update| {
            let document = match &update.news {
                ProvisionNews::Document { document, .. } => Ok(document.clone()),
                ProvisionNews::Failed {
                    error, problems, kept, ..
                } => Err((
                    error.clone(),
                    problems.clone(),
                    kept.as_ref().map(|kept| kept.document.clone()),
                )),
                _ => return Ok(()),
            };
            // Kept for offline starts only once it is applied, so its fate is waited for.
            let (answer, fate) = mpsc::sync_channel(1);
            let job = move |worker: &mut Worker| drop(answer.send(worker.provisioned(document)));
            drop(sender.send(Input::Job(Box::new(job))));
            let late = |_| {
                Error::new(
                    ErrorKind::Timeout,
                    "provisioning",
                    "the phone had no time for the document",
                )
            };
            fate.recv_timeout(PATIENCE).map_err(late)?
        });
        match started {
            Ok(client) => self.documents.provision = Some(client),
            Err(e) => self.problem(e),
        }
    }

    fn provisioned(&mut self, news: std::result::Result<ProvisionDocument, Refused>) -> Result<()> {
        match news {
            Ok(document) => self.apply_document(&document),
            Err((error, problems, kept)) => {
                for problem in &problems {
                    tracing::warn!("provisioning: {problem}");
                }
                self.problem(error);
                kept.map_or(Ok(()), |document| self.apply_document(&document))
            }
        }
    }

    /// All of it or nothing.
    fn apply_document(&mut self, document: &ProvisionDocument) -> Result<()> {
        let document = document.clone();
        self.store(move |ini, loaded| Ok(document.apply(ini, &loaded.store).map(drop)?))
            .inspect_err(|e| self.problem(e.clone()))?;
        self.take_own(SettingsSource::Provisioning);
        Ok(())
    }
}
