//! Recorded exchanges with real APIs, read by bench and by an independent reading in these files, and compared.
//!
//! To add an API: a file here with `plug`, which recognises its exchanges and reads them without bench's help, and
//! a line in `plug::PLUGS`.

mod anthropic;
mod bedrock;
mod cassette;
mod chat;
mod check;
mod compare;
mod gemini;
mod ollama;
mod plug;
mod responses;
