//! The PyTorch module that is written beside exported weights gives the answers that we give.

use crate::dmd::Dmd;
use crate::exported::hold;

#[test]
fn the_exported_module_answers_as_we_do() {
    hold(&Dmd, include_bytes!("../golden/export.safetensors"));
}
