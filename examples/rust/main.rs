//! A web service: /health for probes, / for people. SIGTERM stops it once all requests are answered.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

mod stopping;

fn main() -> io::Result<()> {
    let port: u16 = match env::var("PORT") {
        Ok(port) => port.parse().expect("PORT should be a number below 65536"),
        Err(_) => 8080,
    };
    let listener = TcpListener::bind(("0.0.0.0", port))?;
    let stop = stopping::on_signal(&listener)?;
    println!("listening on port {port}");
    thread::scope(|requests| {
        for connection in listener.incoming() {
            if stop.requested() {
                break;
            }
            requests.spawn(move || connection.and_then(answer));
        }
    });
    println!("stopped");
    Ok(())
}

/// Answers one request, and closes the connection.
fn answer(mut connection: TcpStream) -> io::Result<()> {
    connection.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut lines = BufReader::new(connection.try_clone()?).lines();
    let request = lines.next().unwrap_or(Ok(String::new()))?;
    // The headers, up to the empty line: a connection that is closed on unread bytes is reset.
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let mut words = request.split(' ');
    let (status, body) = match (words.next(), words.next()) {
        (Some("GET"), Some("/health")) => ("200 OK", "ok\n"),
        (Some("GET"), Some("/")) => ("200 OK", "Hello from Rust\n"),
        (Some("GET"), _) => ("404 Not Found", "not found\n"),
        _ => ("405 Method Not Allowed", "only GET is understood\n"),
    };
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
