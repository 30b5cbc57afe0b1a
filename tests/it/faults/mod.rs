//! The program under faults: servers that fail, networks that lie in between, signals, and full disks.

mod answers;
mod grading;
mod kill;
mod network;
mod signals;
mod space;
