//! Questions about all characters of a text.

use ungil_macros::methods;

use super::Str;

#[methods(PREDICATES)]
impl Str {
    #[method]
    fn isalnum(&self) -> bool {
        self.text().is_alnum()
    }

    #[method]
    fn isalpha(&self) -> bool {
        self.text().is_alpha()
    }

    #[method]
    fn isascii(&self) -> bool {
        self.text().is_ascii()
    }

    #[method]
    fn isdecimal(&self) -> bool {
        self.text().is_decimal()
    }

    #[method]
    fn isdigit(&self) -> bool {
        self.text().is_digit()
    }

    #[method]
    fn isidentifier(&self) -> bool {
        self.text().is_identifier()
    }

    #[method]
    fn islower(&self) -> bool {
        self.text().is_lower()
    }

    #[method]
    fn isnumeric(&self) -> bool {
        self.text().is_numeric()
    }

    #[method]
    fn isprintable(&self) -> bool {
        self.text().is_printable()
    }

    #[method]
    fn isspace(&self) -> bool {
        self.text().is_space()
    }

    #[method]
    fn istitle(&self) -> bool {
        self.text().is_title()
    }

    #[method]
    fn isupper(&self) -> bool {
        self.text().is_upper()
    }
}
