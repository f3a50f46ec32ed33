//! The circuits of the first release by their counts, as they were in the systems and in the
//! assignments of the benches' book and pool.

/// Variables that stand in the same matrices.
pub struct Kind {
    /// Whether they are public inputs.
    pub public: bool,
    /// Bits 0, 1, 2: whether they stand in A, B, C.
    pub matrices: u8,
    /// How many are 0, are 1, have up to 23 bits, have up to 64 bits, and are full.
    pub counts: [usize; 5],
}

/// A circuit of the first release.
pub struct Profile {
    /// The shape.
    pub name: &'static str,
    /// Constraints.
    pub rows: usize,
    /// Terms of A, B, C, and how many of them have the coefficient 1.
    pub terms: [(usize, usize); 3],
    /// The variables but for the constant 1.
    pub kinds: &'static [Kind],
}

const fn public(matrices: u8, counts: [usize; 5]) -> Kind {
    Kind { public: true, matrices, counts }
}

const fn private(matrices: u8, counts: [usize; 5]) -> Kind {
    Kind { public: false, matrices, counts }
}

/// 500 scenarios, 20 factors, two thresholds.
pub const MARKET_500_20: Profile = Profile {
    name: "500x20",
    rows: 72_112,
    terms: [(210_433, 75_857), (157_579, 75_583), (76_869, 8_332)],
    kinds: &[
        public(1, [0, 1, 4_999, 0, 0]),
        public(2, [0, 500, 5_000, 0, 0]),
        public(3, [0, 1, 0, 0, 1]),
        public(4, [0, 0, 1, 499, 3]),
        private(3, [1_062, 64, 5, 15, 1]),
        private(4, [488, 1, 1, 4_519, 19]),
        private(5, [0, 0, 0, 500, 257]),
        private(6, [1, 0, 0, 0, 0]),
        private(7, [41_048, 22_623, 0, 0, 501]),
    ],
};

/// 500 scenarios, 100 factors, one threshold.
pub const MARKET_500_100: Profile = Profile {
    name: "500x100/1",
    rows: 63_734,
    terms: [(195_613, 87_823), (150_406, 87_307), (92_462, 28_541)],
    kinds: &[
        public(1, [0, 1, 24_999, 0, 0]),
        public(2, [1, 500, 24_999, 0, 0]),
        public(3, [0, 1, 0, 0, 1]),
        public(4, [0, 0, 0, 500, 3]),
        private(3, [559, 86, 10, 90, 1]),
        private(4, [495, 1, 1, 24_552, 7]),
        private(5, [0, 0, 0, 500, 426]),
        private(6, [1, 0, 0, 0, 13]),
        private(7, [22_695, 12_940, 0, 0, 839]),
    ],
};

/// 10,000 scenarios, 20 factors, one threshold.
pub const MARKET_10000_20: Profile = Profile {
    name: "10000x20/1",
    rows: 752_484,
    terms: [(2_749_805, 842_229), (1_508_833, 841_955), (853_303, 140_832)],
    kinds: &[
        public(1, [0, 2, 99_998, 0, 0]),
        public(2, [2, 10_000, 99_998, 0, 0]),
        public(3, [0, 1, 0, 0, 1]),
        public(4, [0, 0, 24, 9_976, 3]),
        private(3, [9_943, 121, 4, 16, 1]),
        private(4, [9_900, 1, 1, 90_012, 114]),
        private(5, [0, 0, 0, 10_000, 257]),
        private(6, [1, 0, 0, 0, 0]),
        private(7, [398_737, 222_868, 0, 0, 501]),
    ],
};

/// A pool of 9,900 loans with every claim, and tranches.
pub const POOL_10000: Profile = Profile {
    name: "10000loans+pool+64x8/3tranches",
    rows: 2_146_101,
    terms: [(5_144_584, 2_178_471), (11_594_072, 2_144_717), (5_168_419, 366_837)],
    kinds: &[
        public(1, [4, 0, 252, 0, 0]),
        public(2, [4, 0, 252, 0, 0]),
        public(3, [0, 1, 0, 0, 1]),
        public(4, [1, 0, 0, 63, 2]),
        public(6, [1, 6, 57, 0, 0]),
        public(7, [0, 0, 0, 0, 1]),
        private(3, [8_679, 1_606, 1, 0, 1]),
        private(4, [10_622, 1, 0, 20_061, 10_048]),
        private(5, [470, 0, 0, 63, 93_137]),
        private(6, [90, 0, 0, 2, 4_836]),
        private(7, [1_134_281, 714_558, 0, 3, 126_311]),
    ],
};
