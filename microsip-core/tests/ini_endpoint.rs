//! An endpoint as a settings file of MicroSIP describes it.

use microsip_core::LogLevel;
use microsip_core::compat::ini::{Directories, Place};
use microsip_core::compat::phone::endpoint;

#[test]
fn the_accounts_of_the_file_are_there_and_what_is_wrong_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("m.ini");
    let text = "[Settings]\naccountId=1\nenableLocalAccount=1\nVAD=maybe\n\
        [Account1]\ndomain=127.0.0.1:9\nusername=204\n[Extensions]\nbindAddress=127.0.0.1\n";
    std::fs::write(&path, text).unwrap();
    let dirs = Directories::of_process().unwrap();
    let place = Place::choose(&dirs, path.to_str(), None, &|path| path.exists()).unwrap();
    let (endpoint, problems) = endpoint(&place, LogLevel::Off).unwrap();
    let accounts: Vec<String> = endpoint
        .accounts()
        .unwrap()
        .iter()
        .map(|it| it.aor().to_owned())
        .collect();
    assert_eq!(accounts.len(), 2, "{accounts:?}");
    assert_eq!(accounts[1], "sip:204@127.0.0.1:9");
    let told = |e: &microsip_core::Error| e.message().contains("VAD=maybe");
    assert!(problems.iter().any(told), "{problems:?}");
    endpoint.close().unwrap();
}
