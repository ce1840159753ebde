//! Beta-binomial chances against scipy, and intervals that hold what they promise when drawn.

use encours_models::{BetaBinomial, Came, Coverage, ModelError, Spread};

use crate::support::Chance;

#[test]
fn chances_and_intervals_are_those_of_scipy() {
    // scipy.stats.betabinom(n, mean·s, (1 − mean)·s): pmf(0), pmf(1), pmf(n // 2); ppf(0.05), ppf(0.95), cdf between.
    for (trials, mean, strength, chances, low, high, within) in [
        (
            10,
            0.3,
            5.0,
            [0.141_696_929_931_640_65, 0.170_036_315_917_968_67, 0.095_169_067_382_812_51],
            0,
            7,
            0.957_717_895_507_812_3,
        ),
        (
            40,
            0.1,
            20.0,
            [0.099_941_554_646_405_57, 0.140_268_848_626_534_33, 0.000_239_044_043_910_706_63],
            0,
            10,
            0.955_773_423_470_156,
        ),
        (
            10,
            0.005,
            8.0,
            [0.966_640_348_825_360_1, 0.022_798_121_434_560_37, 0.000_346_547_809_829_849_07],
            0,
            0,
            0.966_640_348_825_360_1,
        ),
        (200, 0.6, 50.0, [0.0, 0.0, 0.010_981_679_774_666_764], 94, 145, 0.910_014_724_532_522_4),
        (
            12,
            0.97,
            3.0,
            [0.000_107_506_606_138_509_7, 0.000_338_514_940_158_683_97, 0.005_045_471_162_928_716],
            9,
            12,
            0.967_988_559_976_135_7,
        ),
    ] {
        let found = BetaBinomial::new(mean, strength, trials).unwrap();
        for (late, expected) in [0, 1, trials / 2].into_iter().zip(chances) {
            assert!((found.chance(late) - expected).abs() < 1e-9, "{trials} {mean} {late}: {}", found.chance(late));
        }
        let interval = found.interval(0.9).unwrap();
        assert_eq!((interval.low, interval.high), (low, high), "{trials} {mean}");
        assert!((interval.chance - within).abs() < 1e-9);
    }
}

#[test]
fn what_cannot_be_is_refused() {
    for (mean, strength, trials) in
        [(1.5, 2.0, 5), (f64::NAN, 2.0, 5), (0.5, 0.0, 5), (0.5, f64::INFINITY, 5), (0.5, 2.0, 100_001)]
    {
        assert!(matches!(BetaBinomial::new(mean, strength, trials), Err(ModelError::Value { .. })));
    }
    assert!(BetaBinomial::new(0.5, 2.0, 5).unwrap().interval(1.1).is_err());
    assert!(Spread::learnt(&[Came { foretold: 0.5, late: 4, of: 3 }]).is_err());
    assert_eq!(Spread::learnt(&[Came { foretold: 0.5, late: 1, of: 3 }; 19]).unwrap(), None);
    assert_eq!(Spread::learnt(&[Came { foretold: 0.5, late: 1, of: 1 }; 50]).unwrap(), None);
}

/// Clients whose own rates are drawn around what is foretold: of `strength` whole trials, by Pólya's urn.
fn drawn(seed: u64, clients: usize, strength: f64) -> Vec<Came> {
    let mut chance = Chance::new(seed);
    (0..clients)
        .map(|_| {
            let foretold = 0.05 + 0.6 * chance.next();
            let of = 10 + (chance.next() * 40.0) as u64;
            let (mut late, mut on_time) = (foretold * strength, (1.0 - foretold) * strength);
            let mut came = 0;
            for _ in 0..of {
                if chance.next() < late / (late + on_time) {
                    (late, came) = (late + 1.0, came + 1);
                } else {
                    on_time += 1.0;
                }
            }
            Came { foretold, late: came, of }
        })
        .collect()
}

#[test]
fn a_learnt_spread_gives_intervals_that_hold() {
    for (seed, strength) in [(1, 4.0), (2, 15.0), (3, 80.0)] {
        let spread = Spread::learnt(&drawn(seed, 600, strength)).unwrap().unwrap();
        assert!((spread.strength / strength).ln().abs() < 0.35, "{} for {strength}", spread.strength);
        assert_eq!(spread.clients, 600);
        // Other clients of the same kind.
        let (mut held, mut promised) = (Vec::new(), 0.0);
        let coming = drawn(seed + 100, 600, strength);
        for one in &coming {
            let interval = BetaBinomial::new(one.foretold, spread.strength, one.of).unwrap().interval(0.9).unwrap();
            held.push((interval.low..=interval.high).contains(&one.late));
            promised += interval.chance / 600.0;
        }
        let coverage = Coverage::of(&held, promised).unwrap();
        assert!(coverage.p_value > 0.01, "{coverage:?}");
        // Chance alone would not hold: were clients taken for exactly as foretold, far fewer would lie within.
        let alone = coming.iter().filter(|one| {
            let interval = BetaBinomial::new(one.foretold, 1e5, one.of).unwrap().interval(0.9).unwrap();
            (interval.low..=interval.high).contains(&one.late)
        });
        let (alone, held) = (alone.count(), held.iter().filter(|held| **held).count());
        assert!(alone < held, "{alone} {held}");
        assert!(strength > 20.0 || Coverage::of(&vec![true; alone], 0.9).unwrap().held < 480, "{alone}");
    }
}
