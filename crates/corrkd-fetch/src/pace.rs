//! How fast bytes come over a connection: a server that keeps it alive with a byte now and then, be it in a file or in what
//! frames it, is none to wait for.

use std::io;
use std::time::{Duration, Instant};
use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

/// Bytes a second; fewer for long are as good as none.
const SLOWEST: f64 = 1024.0;

/// Puts connections under watch: so long may too few bytes come.
#[derive(Debug)]
pub(crate) struct Pace(pub(crate) Duration);

impl<In: Transport> Connector<In> for Pace {
    type Out = Watched<In>;

    fn connect(&self, _: &ConnectionDetails, chained: Option<In>) -> Result<Option<Watched<In>>, Error> {
        Ok(chained.map(|connection| Watched { connection, period: self.0, since: None, bytes: 0 }))
    }
}

/// A connection under watch.
#[derive(Debug)]
pub(crate) struct Watched<In> {
    connection: In,
    period: Duration,
    /// When the period began: with the first bytes of a reply, or with the end of the one before.
    since: Option<Instant>,
    bytes: usize,
}

impl<In: Transport> Watched<In> {
    fn count(&mut self, bytes: usize) -> Result<(), Error> {
        let since = *self.since.get_or_insert_with(Instant::now);
        self.bytes += bytes;
        if since.elapsed() < self.period {
            return Ok(());
        }
        let seconds = self.period.as_secs_f64();
        if (self.bytes as f64) < SLOWEST * seconds {
            let reason = format!("no more than {} bytes came in {seconds} s", self.bytes);
            return Err(Error::Io(io::Error::new(io::ErrorKind::TimedOut, reason)));
        }
        (self.since, self.bytes) = (Some(Instant::now()), 0);
        Ok(())
    }
}

impl<In: Transport> Transport for Watched<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.connection.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        (self.since, self.bytes) = (None, 0);
        self.connection.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let before = self.connection.buffers().input().len();
        let more = self.connection.await_input(timeout)?;
        let bytes = self.connection.buffers().input().len().saturating_sub(before);
        self.count(bytes)?;
        Ok(more)
    }

    fn is_open(&mut self) -> bool {
        self.connection.is_open()
    }

    fn is_tls(&self) -> bool {
        self.connection.is_tls()
    }
}
