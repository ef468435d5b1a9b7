//! An HTTP server in a few lines: the test says what each request gets, byte by byte, and sees what was asked.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A server on a port of its own. Its threads end with the test's process.
pub(crate) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Asked>>>,
}

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// How many there were before it.
    pub(crate) nth: usize,
    /// The first line and the headers.
    pub(crate) head: String,
}

impl Asked {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether the file is wanted, and not its length alone.
    pub(crate) fn wants_bytes(&self) -> bool {
        self.header("range") != Some("bytes=0-0")
    }

    /// The path that was asked for.
    pub(crate) fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// Where the wanted range begins: `bytes=N-`.
    pub(crate) fn from(&self) -> Option<usize> {
        self.header("range")?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
    }
}

impl Server {
    /// Starts a server that gives each request, on a thread and a connection of its own, to `answer`. The connection
    /// ends when `answer` returns.
    pub(crate) fn start(answer: impl Fn(&Asked, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let answer = Arc::new(answer);
        std::thread::spawn({
            let seen = Arc::clone(&seen);
            move || {
                for mut stream in listener.incoming().map_while(Result::ok) {
                    let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                    std::thread::spawn(move || {
                        let Some(head) = head(&mut stream) else { return };
                        let asked = {
                            let mut seen = seen.lock().unwrap();
                            let asked = Asked { nth: seen.len(), head };
                            seen.push(asked.clone());
                            asked
                        };
                        answer(&asked, &mut stream);
                    });
                }
            }
        });
        Self { address, seen }
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The requests so far.
    pub(crate) fn seen(&self) -> Vec<Asked> {
        self.seen.lock().unwrap().clone()
    }

    /// Where the wanted range of each request so far begins.
    pub(crate) fn ranges(&self) -> Vec<Option<usize>> {
        self.seen().iter().map(Asked::from).collect()
    }
}

/// A request up to the empty line; none if the client goes away.
pub(crate) fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

/// Writes bytes; a client that goes away is none of the server's business.
pub(crate) fn send(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
}

/// A reply with its length stated: status line, headers, body.
pub(crate) fn reply(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    [length.as_bytes(), body].concat()
}

/// A file on a server that does everything right.
#[derive(Clone)]
pub(crate) struct Served {
    pub(crate) bytes: Vec<u8>,
    /// What names the version: `ETag: "v1"` or `Last-Modified: ...`, with `\r\n`, or nothing.
    pub(crate) version: &'static str,
}

impl Served {
    /// The right reply: the rest where one is wanted of this version, else the whole.
    pub(crate) fn reply(&self, asked: &Asked) -> Vec<u8> {
        let same = asked.header("if-range").is_none_or(|version| self.version.trim_end().ends_with(version));
        match asked.from() {
            Some(from) if same && from < self.bytes.len() => self.rest(from),
            Some(_) if same => reply("416 Range Not Satisfiable", "", b""),
            _ => reply("200 OK", self.version, &self.bytes),
        }
    }

    /// The bytes from one on, whatever the client knows of the version.
    pub(crate) fn rest(&self, from: usize) -> Vec<u8> {
        let total = self.bytes.len();
        let headers = format!("Content-Range: bytes {from}-{}/{total}\r\n{}", total - 1, self.version);
        reply("206 Partial Content", &headers, &self.bytes[from..])
    }
}

/// What of a reply leaves the server before `body` bytes of its body are sent.
pub(crate) fn cut(reply: &[u8], body: usize) -> &[u8] {
    let head = reply.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    &reply[..reply.len().min(head + body)]
}
