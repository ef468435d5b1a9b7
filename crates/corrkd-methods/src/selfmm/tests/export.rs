//! The PyTorch module that is written beside exported weights gives the answers that we give.

use crate::exported::hold;
use crate::selfmm::SelfMm;

#[test]
fn the_exported_module_answers_as_we_do() {
    hold(&SelfMm, include_bytes!("../golden/export.safetensors"));
}
