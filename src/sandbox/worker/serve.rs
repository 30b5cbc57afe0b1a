//! The worker's side.

use super::frame::{Ask, Told, read, write};
use crate::sandbox::{Sandbox, Session, Stopped};
use std::io::{self, BufReader, BufWriter};
use std::path::PathBuf;

/// The first argument of a worker; behind it stands the folder of compiled code.
pub const ARGUMENT: &str = "__sandbox-worker";

/// Answers requests on stdin until there are no more.
pub fn serve(cache: PathBuf) -> io::Result<()> {
    let sandbox = Sandbox::new(Some(cache), 1);
    let mut from = BufReader::new(io::stdin().lock());
    let mut to = BufWriter::new(io::stdout().lock());
    let mut session: Option<Session> = None;
    while let Some(Ask { open, request }) = read::<Ask<'static>>(&mut from)? {
        if open.is_some() || request.is_none() {
            session = None;
        }
        let Some(request) = request else { continue };
        if let Some((guest, limits)) = open {
            match sandbox.open(guest, &limits) {
                Ok(opened) => session = Some(opened),
                Err(stopped) => {
                    write(&mut to, &told(Err(stopped), None))?;
                    continue;
                }
            }
        }
        let answer = match &mut session {
            Some(session) => session.call(&request),
            None => Err(Stopped::Unavailable("no instance was started".to_owned())),
        };
        write(&mut to, &told(answer, session.as_ref()))?;
    }
    Ok(())
}

fn told(answer: Result<String, Stopped>, session: Option<&Session>) -> Told {
    Told {
        answer,
        fuel: session.and_then(Session::fuel),
        slept: session.map_or(0, |session| {
            u64::try_from(session.slept().as_nanos()).unwrap_or(u64::MAX)
        }),
    }
}
