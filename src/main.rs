//! The `bench` program.

fn main() -> std::process::ExitCode {
    bench::cli::main()
}
