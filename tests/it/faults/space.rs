//! A disk that fills up in the middle of a run.

use crate::support::{Script, Server, Workspace, skipped};
use rustix::mount::{MountFlags, UnmountFlags, mount, mount_remount, unmount};
use std::ffi::CStr;
use std::path::PathBuf;

/// A small file system in memory, unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts it; only the superuser of a machine that allows it can.
    fn mount(at: PathBuf, options: &CStr) -> Result<Self, rustix::io::Errno> {
        mount("tmpfs", &at, "tmpfs", MountFlags::empty(), options)?;
        Ok(Self(at))
    }

    fn grow(&self, options: &CStr) {
        mount_remount(&self.0, MountFlags::empty(), options).expect("the disk grows");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = unmount(&self.0, UnmountFlags::DETACH);
    }
}

#[test]
fn a_full_disk_is_a_clear_error_and_loses_nothing() {
    let server = Server::start(Script::latency(2));
    let workspace = Workspace::of_sums(1500, &["local/alpha", "local/beta"]).provider(
        "local",
        &server.base_url(),
        "limits: {concurrency: 8}",
    );
    let runs = workspace.path().join("runs");
    std::fs::create_dir_all(&runs).expect("the folder is made");
    let disk = match SmallDisk::mount(runs, c"size=1m") {
        Ok(disk) => disk,
        Err(error) => return skipped(&format!("a small disk cannot be mounted here: {error}")),
    };
    let ended = workspace.bench(&["run"]);
    assert!(!matches!(ended.code, Some(0) | None), "{}", ended.stderr);
    assert_eq!(ended.errors().len(), 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("space"), "{}", ended.stderr);
    let counts = server.counts();
    assert!(counts.answers < 3000, "the disk was not full: {counts:?}");

    disk.grow(c"size=64m");
    assert_eq!(workspace.integrity(), "ok");
    let kept = workspace.completions();
    // What was answered while the disk filled up could not be kept, and no more than that.
    assert!(
        kept.len() as u64 + 16 >= counts.answers,
        "{} of {} answers are kept",
        kept.len(),
        counts.answers
    );
    let listed = workspace.bench(&["runs", "list"]).expect(0);
    assert!(listed.stdout.contains("interrupted"), "{}", listed.stdout);
    workspace.bench(&["resume"]).expect(0);
    assert_eq!(workspace.outcomes().get("scored"), Some(&3000));
    assert!(workspace.completions().is_superset(&kept));
    assert!(server.counts().paid_twice <= 16, "{:?}", server.counts());
}
