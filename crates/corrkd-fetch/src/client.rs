//! The HTTP client: its settings, and what its errors mean.

use ureq::http::Uri;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{Connector as _, DefaultConnector};
use ureq::{Agent, Error, Timeout};

use crate::pace::Pace;
use crate::{FetchError, Patience, url};

/// A client for one file. Proxies are those of the environment (`HTTPS_PROXY` and the like), but never to this machine.
pub(crate) fn client(uri: &Uri, patience: &Patience) -> Agent {
    let mut config = Agent::config_builder()
        .user_agent(concat!("corrkd/", env!("CARGO_PKG_VERSION")))
        // Ranges count bytes of what is sent, so it has to be the file itself.
        .accept_encoding("identity")
        .http_status_as_error(false)
        .timeout_resolve(Some(patience.connect))
        .timeout_connect(Some(patience.connect))
        .timeout_recv_response(Some(patience.stall))
        .timeout_per_read(Some(patience.stall))
        .timeout_per_write(Some(patience.stall))
        // A connection on which something went wrong is not used again.
        .max_idle_connections(0);
    if url::is_local(uri) {
        config = config.proxy(None);
    }
    let connector = DefaultConnector::default().chain(Pace(patience.stall));
    Agent::with_parts(config.build(), connector, DefaultResolver::default())
}

/// What the client's error means: whether to try again, and how to say it.
pub(crate) fn error(url: &str, error: Error, patience: &Patience) -> FetchError {
    let url = url.to_owned();
    match error {
        // The request's own address was looked at before.
        Error::BadUri(reason) => {
            FetchError::Protocol { url, cause: format!("it leads to what is no address: {reason}") }
        }
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
            FetchError::Connection { url, cause: format!("no connection within {} s", patience.connect.as_secs_f64()) }
        }
        Error::Timeout(_) => {
            FetchError::Connection { url, cause: format!("nothing came for {} s", patience.stall.as_secs_f64()) }
        }
        // A certificate that is not trusted, or no TLS at all; it will not be better in a minute.
        Error::Io(cause) if cause.kind() == std::io::ErrorKind::InvalidData => {
            FetchError::Protocol { url, cause: format!("no secure connection: {cause}") }
        }
        Error::Io(cause) if cause.kind() == std::io::ErrorKind::UnexpectedEof => {
            FetchError::Connection { url, cause: "the connection broke".to_owned() }
        }
        Error::Io(cause) => FetchError::Connection { url, cause: cause.to_string() },
        Error::HostNotFound | Error::ConnectionFailed | Error::ConnectProxyFailed(_) | Error::BodyStalled => {
            FetchError::Connection { url, cause: error.to_string() }
        }
        other => FetchError::Protocol { url, cause: other.to_string() },
    }
}
