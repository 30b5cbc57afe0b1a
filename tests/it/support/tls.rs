//! A TLS server whose certificate nobody has reason to trust.

use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Starts the server and returns where it listens; it lives as long as the test program.
pub fn self_signed() -> SocketAddr {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key);
    let acceptor = TlsAcceptor::from(Arc::new(config.expect("the certificate fits its key")));
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let _ = tell.send(listener.local_addr().expect("an address"));
            while let Ok((stream, _)) = listener.accept().await {
                // The client is expected to turn away.
                let _ = acceptor.accept(stream).await;
            }
        });
    });
    told.recv().expect("the server listens")
}
