//! Whether a name looks made by a machine.
//!
//! Malware that asks a new domain every day (T1568.002) makes its names of random
//! letters. [`score`] compares how likely a name is as English, by which letter
//! follows which, with how likely it is at random (Bayes' rule). Names made of
//! words from a list are not found this way.

/// How surprising a letter is after another: rows are the letter before, `a` to
/// `z` and the edge of a word; columns the one after; `(` is 0, and each next
/// character an eighth of a bit more. Made by `scripts/bigrams.mjs`.
static SURPRISE: [&[u8; 27]; 27] = [
    b"[NIM[[P[O[ZBM?[P[AH>UX[[W[N",
    b">N[[>[[[B[[<[[A[[CO[D[[[Z[X",
    b">[W[B[[@G[EM[[<[[HZGK[[[[[O",
    b"K[[U;[Z[>[[S[[J[[PL[Q[[[[[4",
    b"L[PAS[[[[[[KSC[W[<<M[[[Y[[B",
    b"C[[[AD[[<[[B[[@[[EWMC[[[T[R",
    b"G[[[A[QLG[[L[TM[[GO[N[[[[[3",
    b"=[[[9[[[>[[Z[[>[[PUNL[[[Q[F",
    b"LYFQFVQ[[[[JP7GV[QCG[R[[[R[",
    b"8[[[<[[[E[[[[[9[[[[[8[[[[[[",
    b"H[[[7[[X<[[L[OR[[ZA[X[[[Q[?",
    b"@[[V;[[[=[[B[[D[[[NUN[[[D[G",
    b";J[[<[[[=[[[L[BD[[N[L[[[[[I",
    b"H[JGB[:[G[Y[[VO[[[DA[[[[[[B",
    b"UVOQ[[Q[V[[GI:LN[?KLERO[[[T",
    b"A[[[<[[IC[[E[[BI[?MOL[[[[[P",
    b"[[[[[[[[[[[[[[[[[[[[([[[[[[",
    b"@[VR<[Y[@[[ZTUD[[REMP[[[U[B",
    b"Q[P[G[[KJ[[WX[RQ[[I?Q[[[[[2",
    b"E[[[;[[I:[[V[[G[[FHNO[[[S[A",
    b"MOMPMZQ[M[[CH>[N[@?E[[[[[[[",
    b"=[[[0[[[9[[[[[F[[[[[Z[[[[[[",
    b":[[Y=[[H=[[R[JA[[NK[[[[[[[L",
    b"I[E[?[[Q=[[[[[O>[[[@Q[[WV[@",
    b"P[U[M[[[N[[TSTVQ[WI[[[[[[[.",
    b"A[[[2[[[;[[P[[J[[[[[[[[[WFJ",
    b"IHCHMLONM[[OIUSF[IAKTXQ[[[[",
];

const EDGE: usize = 26;
/// How many bits of evidence say before a look that a name is not random: one in 32
/// is taken to be. Of 3,700 names in real logs 1 % then score above 0.5, and of random
/// ones 73 % with 10 letters, 78 % with 12 and 88 % with 16.
const PRIOR: f64 = 5.0;
/// How surprising a letter is at random, where each of 26 is as likely.
const RANDOM: f64 = 4.7;
/// A change between letters and digits, which good names have once or twice.
const CHANGE: f64 = 6.0;

/// How likely a label is random, from 0 to 1; above 0.5 it should be looked at.
/// A label beyond ASCII is 0, because English says nothing of it. O(n).
///
/// ```
/// use huntbook::context::randomness::score;
/// assert!(score("microsoftonline") < 0.01);
/// assert!(score("xjqzkvwptbhd") > 0.9);
/// ```
pub fn score(label: &str) -> f64 {
    if !label.is_ascii() || label.starts_with("xn--") {
        return 0.0;
    }
    let label = label.to_ascii_lowercase();
    let letter = |byte: u8| match byte {
        b'a'..=b'z' => usize::from(byte - b'a'),
        _ => EDGE,
    };
    let mut evidence = PRIOR;
    let mut before = b'-';
    for byte in label.bytes() {
        let surprise = match (before, byte) {
            (_, b'-' | b'_') => RANDOM,
            (b'0'..=b'9', b'0'..=b'9') => RANDOM,
            (_, b'0'..=b'9') | (b'0'..=b'9', _) => CHANGE,
            _ => f64::from(SURPRISE[letter(before)][letter(byte)] - b'(') / 8.0,
        };
        evidence += RANDOM - surprise;
        before = byte;
    }
    1.0 / (1.0 + evidence.exp2())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_not_random() {
        for name in [
            "google",
            "microsoft",
            "windowsupdate",
            "stackoverflow",
            "githubusercontent",
            "cloudfront",
            "akamaiedge",
            "digicert",
            "letsencrypt",
            "mozilla",
            "wikipedia",
            "office365",
            "web1",
            "s3",
            "t-online",
            "bbc",
            "nytimes",
            "whatsapp",
            "xbox",
            "zoom",
            "spotify",
            "yandex",
            "alicdn",
            "ns1",
            "mail2",
            "vpn-gateway-01",
            "doubleclick",
            "symantec",
            "kaspersky",
            "1e100",
        ] {
            assert!(score(name) < 0.5, "{name}: {:.3}", score(name));
        }
    }

    #[test]
    fn random_letters_are_random() {
        for name in [
            "xjqzkvwptbhd",
            "qwvxkzjfhgpl",
            "a3f9c1d07be2",
            "d41d8cd98f00b204",
        ] {
            assert!(score(name) > 0.5, "{name}: {:.3}", score(name));
        }
    }

    /// As Conficker, Necurs or CryptoLocker make them: 12 letters, each as likely.
    #[test]
    fn most_names_of_random_letters_are_found() {
        let mut state = 1u64;
        let mut letter = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            char::from(b'a' + ((state >> 33) % 26) as u8)
        };
        let names = (0..1000).map(|_| (0..12).map(|_| letter()).collect::<String>());
        let found = names.filter(|name| score(name) > 0.5).count();
        assert!(found > 700, "{found} of 1000");
    }
}
