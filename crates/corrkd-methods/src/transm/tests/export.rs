//! The PyTorch module that is written beside exported weights gives the answers that we give.

use crate::exported::hold;
use crate::transm::TransM;

#[test]
fn the_exported_module_answers_as_we_do() {
    hold(&TransM, include_bytes!("../golden/export.safetensors"));
}
