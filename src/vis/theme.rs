//! Colours. Those of categories can be told apart by people who see fewer colours: Okabe and Ito,
//! "Color Universal Design" (2008), without those that are too near to the ground. Ramps are
//! viridis and its like (van der Walt and Smith 2015): lightness rises evenly.

/// Red, green and blue, and how much of it covers: 0 none, 1 all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Color {
    /// Red, green, blue.
    pub rgb: (u8, u8, u8),
    /// 0 to 1.
    pub alpha: f64,
}

impl Color {
    /// Of `0xRRGGBB`, opaque.
    pub const fn hex(rgb: u32) -> Self {
        Self {
            rgb: ((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8),
            alpha: 1.0,
        }
    }

    /// As CSS has it, `#rrggbb`.
    pub fn css(self) -> String {
        let (r, g, b) = self.rgb;
        let mut text = String::from("#");
        for byte in [r, g, b] {
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
            }
        }
        text
    }

    /// The same, covering less.
    pub const fn fade(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }

    /// A part `t` of the way to `other`.
    pub fn mix(self, other: Self, t: f64) -> Self {
        let one = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * t) as u8;
        let ((r, g, b), (r2, g2, b2)) = (self.rgb, other.rgb);
        Self {
            rgb: (one(r, r2), one(g, g2), one(b, b2)),
            alpha: self.alpha + (other.alpha - self.alpha) * t,
        }
    }
}

/// The colours of a chart.
#[derive(Debug)]
pub struct Theme {
    /// Behind everything.
    pub ground: Color,
    /// Every second lane, and what stands back.
    pub stripe: Color,
    /// Text.
    pub ink: Color,
    /// Labels of axes.
    pub quiet: Color,
    /// Lines of the grid.
    pub line: Color,
    /// What the user chose or points at.
    pub accent: Color,
    /// What is wrong or unusual.
    pub alarm: Color,
    categories: [Color; CATEGORIES],
    ramp: [Color; 5],
}

/// On white.
pub const LIGHT: Theme = Theme {
    ground: Color::hex(0xff_ff_ff),
    stripe: Color::hex(0xf5_f7_f8),
    ink: Color::hex(0x1a_20_24),
    quiet: Color::hex(0x56_62_6a),
    line: Color::hex(0xdf_e4_e7),
    accent: Color::hex(0x00_69_5c),
    alarm: Color::hex(0xc6_28_28),
    categories: [
        Color::hex(0x00_72_b2),
        Color::hex(0xd5_5e_00),
        Color::hex(0x00_9e_73),
        Color::hex(0xcc_79_a7),
        Color::hex(0xb8_7f_00),
        Color::hex(0x56_b4_e9),
        Color::hex(0x5b_4b_8a),
        Color::hex(0x6b_75_7b),
    ],
    ramp: [
        Color::hex(0xe4_f2_c8),
        Color::hex(0x8f_d1_8a),
        Color::hex(0x2a_9d_8f),
        Color::hex(0x2d_6a_8e),
        Color::hex(0x3b_1f_5f),
    ],
};

/// On nearly black.
pub const DARK: Theme = Theme {
    ground: Color::hex(0x1a_20_24),
    stripe: Color::hex(0x20_28_2d),
    ink: Color::hex(0xe3_e9_ec),
    quiet: Color::hex(0x9b_ab_b4),
    line: Color::hex(0x34_40_47),
    accent: Color::hex(0x5c_cd_bb),
    alarm: Color::hex(0xff_7b_6e),
    categories: [
        Color::hex(0x56_b4_e9),
        Color::hex(0xf0_8a_3c),
        Color::hex(0x2f_c6_9a),
        Color::hex(0xdf_94_bf),
        Color::hex(0xf0_e4_42),
        Color::hex(0x4a_8f_d8),
        Color::hex(0xa9_9a_e0),
        Color::hex(0xa8_b3_ba),
    ],
    ramp: [
        Color::hex(0x3b_2f_63),
        Color::hex(0x31_68_8e),
        Color::hex(0x21_91_8c),
        Color::hex(0x7a_d1_51),
        Color::hex(0xfd_e7_25),
    ],
};

/// How many colours of categories there are.
pub(crate) const CATEGORIES: usize = 8;

impl Theme {
    /// The colour of the category `index`; they come again after eight.
    pub fn category(&self, index: usize) -> Color {
        self.categories[index % self.categories.len()]
    }

    /// The colour of `t` from 0, least, to 1, most.
    pub fn ramp(&self, t: f64) -> Color {
        let last = self.ramp.len() - 1;
        let at = t.clamp(0.0, 1.0) * last as f64;
        let from = (at as usize).min(last - 1);
        self.ramp[from].mix(self.ramp[from + 1], at - from as f64)
    }
}
