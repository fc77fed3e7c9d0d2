//! The state of a hash in progress, whatever the function.

use sha2::digest::{Digest, ExtendableOutput, Update, XofReader};

/// Takes in data and tells digests of what it took in so far.
pub(super) trait State: Send {
    fn update(&mut self, data: &[u8]);
    /// The digest; of this length, where the function leaves that open.
    fn digest(&self, length: usize) -> Vec<u8>;
    /// Bytes of a digest; 0 where the function leaves that open.
    fn size(&self) -> usize;
    fn copy(&self) -> Box<dyn State>;
}

/// A function with digests of one length.
#[derive(Clone, Default)]
pub(super) struct Fixed<D>(D);

impl<D: Digest + Clone + Send + 'static> State for Fixed<D> {
    fn update(&mut self, data: &[u8]) {
        Digest::update(&mut self.0, data);
    }

    fn digest(&self, _: usize) -> Vec<u8> {
        self.0.clone().finalize().to_vec()
    }

    fn size(&self) -> usize {
        <D as Digest>::output_size()
    }

    fn copy(&self) -> Box<dyn State> {
        Box::new(self.clone())
    }
}

/// A function with digests of any length.
#[derive(Clone, Default)]
pub(super) struct Extendable<D>(D);

impl<D: Update + ExtendableOutput + Clone + Send + 'static> State for Extendable<D> {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn digest(&self, length: usize) -> Vec<u8> {
        let mut digest = vec![0; length];
        self.0.clone().finalize_xof().read(&mut digest);
        digest
    }

    fn size(&self) -> usize {
        0
    }

    fn copy(&self) -> Box<dyn State> {
        Box::new(self.clone())
    }
}
