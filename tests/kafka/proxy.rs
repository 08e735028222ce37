//! A network between clients and a broker that loses answers: what a client has sent arrives, and it never hears of it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

pub struct Proxy {
    port: u16,
    connections: Arc<Mutex<Vec<Connection>>>,
}

struct Connection {
    client: TcpStream,
    broker: TcpStream,
    /// Answers are thrown away.
    mute: Arc<AtomicBool>,
}

impl Proxy {
    /// Takes connections for the broker on `target`, from now until the process ends.
    pub fn start(listener: TcpListener, target: u16) -> Self {
        let port = listener.local_addr().expect("address").port();
        let connections: Arc<Mutex<Vec<Connection>>> = Arc::default();
        let all = connections.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A broker that is not up yet: the client hears so by the end of its connection.
                let Ok(broker) = TcpStream::connect(("127.0.0.1", target)) else { continue };
                let mute = Arc::new(AtomicBool::new(false));
                let clone = |s: &TcpStream| s.try_clone().expect("socket");
                carry(clone(&client), clone(&broker), Arc::default());
                carry(clone(&broker), clone(&client), mute.clone());
                all.lock().expect("connections").push(Connection { client, broker, mute });
            }
        });
        Proxy { port, connections }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on the connections that there are carry no answers; later ones do.
    pub fn mute(&self) {
        self.connections.lock().expect("connections").iter().for_each(|c| c.mute.store(true, Ordering::SeqCst));
    }

    /// Ends all connections that there are.
    pub fn cut(&self) {
        for connection in self.connections.lock().expect("connections").drain(..) {
            let _ = connection.client.shutdown(Shutdown::Both);
            let _ = connection.broker.shutdown(Shutdown::Both);
        }
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, mute: Arc<AtomicBool>) {
    std::thread::spawn(move || {
        let mut buffer = [0; 64 << 10];
        while let Ok(n @ 1..) = from.read(&mut buffer) {
            if !mute.load(Ordering::SeqCst) && to.write_all(&buffer[..n]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}
