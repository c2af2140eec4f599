//! Starts the proxy, or prints its rules for another server.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use huntbook_proxy::config::{File, Settings};
use huntbook_proxy::error::ConfigError;
use huntbook_proxy::server::Proxy;
use huntbook_proxy::table::Table;
use huntbook_proxy::{PROVIDERS, print};

const HELP: &str = "\
Lets pages of allowed origins ask the services of huntbook that do not answer pages.

  huntbook-proxy [--config FILE] [--listen ADDRESS:PORT] [--origin ORIGIN]…
  huntbook-proxy --print caddy|nginx      the same rules for another server
  huntbook-proxy --routes                 the routes, and in which environment variable each looks for its key

  --config FILE    what is other than in the table (huntbook-proxy.toml, if it is there)
  --listen …       127.0.0.1:8710 if absent; elsewhere calls need HUNTBOOK_PROXY_TOKEN
  --origin …       a page that may ask, such as http://localhost:8000; may be there several times
";

#[derive(Default)]
struct Options {
    config: Option<PathBuf>,
    listen: Option<String>,
    origins: Vec<String>,
    print: Option<String>,
    routes: bool,
    help: bool,
}

fn options(mut given: impl Iterator<Item = String>) -> Result<Options, ConfigError> {
    let mut options = Options::default();
    while let Some(name) = given.next() {
        let mut value = || {
            given
                .next()
                .ok_or_else(|| ConfigError(format!("{name} needs a value; --help says which")))
        };
        match name.as_str() {
            "--config" => options.config = Some(value()?.into()),
            "--listen" => options.listen = Some(value()?),
            "--origin" => options.origins.push(value()?),
            "--print" => options.print = Some(value()?),
            "--routes" => options.routes = true,
            "--help" | "-h" => options.help = true,
            _ => {
                return Err(ConfigError(format!(
                    "there is no option {name}; --help lists them"
                )));
            }
        }
    }
    Ok(options)
}

fn settings(options: &Options) -> Result<Settings, ConfigError> {
    let usual = Path::new("huntbook-proxy.toml");
    let mut file = match &options.config {
        Some(path) => File::read(path)?,
        None if usual.exists() => File::read(usual)?,
        None => File::default(),
    };
    file.listen = options.listen.clone().or(file.listen);
    file.origins.extend(options.origins.iter().cloned());
    Settings::new(&Table::parse(PROVIDERS)?, &file)
}

fn run() -> Result<(), ConfigError> {
    let options = options(std::env::args().skip(1))?;
    if options.help {
        print!("{HELP}");
        return Ok(());
    }
    let settings = settings(&options)?;
    if let Some(server) = &options.print {
        print!("{}", print::config(server, &settings)?);
        return Ok(());
    }
    if options.routes {
        print!("{}", print::routes(&settings));
        return Ok(());
    }
    serve(settings)
}

fn serve(mut settings: Settings) -> Result<(), ConfigError> {
    let wrong = |error: std::io::Error| ConfigError(format!("listen: {error}"));
    let listener = std::net::TcpListener::bind(settings.listen).map_err(|error| {
        ConfigError(format!(
            "cannot listen on {}: {error}; --listen takes another port",
            settings.listen
        ))
    })?;
    settings.bound_to(listener.local_addr().map_err(wrong)?);
    listener.set_nonblocking(true).map_err(wrong)?;
    let pages = if settings.origins.is_empty() {
        "no page (add --origin)".to_owned()
    } else {
        settings.origins.join(", ")
    };
    let keys: Vec<&str> = settings
        .routes
        .values()
        .filter(|route| route.key.is_some())
        .map(|route| route.name.as_str())
        .collect();
    let keys = if keys.is_empty() {
        "none".to_owned()
    } else {
        keys.join(", ")
    };
    eprintln!(
        "huntbook-proxy: http://{}, for {pages}; routes with a key: {keys}",
        settings.listen
    );
    let proxy = Arc::new(Proxy::new(settings)?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(wrong)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).map_err(wrong)?;
        proxy.serve(listener).await;
        Ok(())
    })
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("huntbook-proxy: {error}");
            ExitCode::FAILURE
        }
    }
}
