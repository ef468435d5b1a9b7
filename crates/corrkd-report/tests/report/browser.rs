//! The page in a browser, at a phone's and a desktop's width, light and dark: layout, names, contrast, sorting, and that
//! the console stays silent. `CORRKD_CHROMIUM` names a Chromium; without it one on the `PATH` is taken.

use crate::page::Fixture;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

const WIDTHS: [u32; 2] = [390, 1280];

#[test]
fn a_browser_finds_nothing_wrong() {
    let Some(chromium) = chromium() else {
        eprintln!("skipped: no chromium on the PATH, and CORRKD_CHROMIUM names none");
        return;
    };
    let fixture = Fixture::new(|_| {});
    let copy = fixture.path.with_file_name("checked.html");
    let checks = format!("<head>\n<script>\n{}</script>", include_str!("browser.js"));
    fs::write(&copy, fixture.html.replacen("<head>", &checks, 1)).unwrap();
    let frames =
        WIDTHS.map(|w| format!("<iframe style='width:{w}px;height:900px;border:0' src='checked.html'></iframe>"));
    let collect = "<pre></pre><script>addEventListener('message', e => \
                   document.querySelector('pre').append(JSON.stringify(e.data) + '\\n'))</script>";
    let around = fixture.path.with_file_name("around.html");
    fs::write(&around, format!("<!DOCTYPE html>{collect}{}", frames.concat())).unwrap();

    for (dark, scheme) in [(false, 1), (true, 0)] {
        let profile = tempfile::tempdir().unwrap();
        let output = Command::new(&chromium)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--enable-logging=stderr", "--virtual-time-budget=10000", "--window-size=1400,1000", "--dump-dom"])
            .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("file://{}", around.display()))
            .output()
            .unwrap();
        let [dom, log] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let (_, verdicts) = dom.split_once("<pre>").unwrap_or_else(|| panic!("no page: {dom}\n{log}"));
        let (verdicts, _) = verdicts.split_once("</pre>").unwrap();
        let mut verdicts: Vec<&str> = verdicts.lines().collect();
        verdicts.sort_unstable_by_key(|verdict| verdict.len());
        let mut expected = WIDTHS.map(|width| format!("{{\"width\":{width},\"dark\":{dark},\"problems\":[]}}"));
        expected.sort_unstable_by_key(String::len);
        assert_eq!(verdicts, expected, "{log}");
        assert!(!log.contains("CONSOLE"), "{log}");
    }
}

fn chromium() -> Option<PathBuf> {
    let on_path = || {
        let folders = std::env::split_paths(&std::env::var_os("PATH")?).collect::<Vec<_>>();
        folders.iter().map(|folder| folder.join("chromium")).find(|file| file.is_file())
    };
    std::env::var_os("CORRKD_CHROMIUM").map(PathBuf::from).or_else(on_path)
}
