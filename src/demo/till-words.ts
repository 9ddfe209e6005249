/** What each till's messages prove, for people who read them. */
interface TillWords {
  /** How the shop shows who it is. */
  readonly requests: string;
  /** Whether answers are signed. */
  readonly signsAnswers: boolean;
  /** What a notice's signature is worth. */
  readonly notice: string;
}

const tillWords: Readonly<Record<string, TillWords>> = {
  spiral: {
    requests: "Signed with the shop's private key:",
    signsAnswers: true,
    notice: 'It does not cover the body, so the shop asked the gateway how the payment stands before it believed it.',
  },
  globalpay: {
    requests: "Sent with the token of the shop's log-in, which is not shown.",
    signsAnswers: false,
    notice:
      'It is an HMAC with a secret that only shop and gateway know. The shop asked how the payment stands all the same.',
  },
};

export const wordsOf = (till: string): TillWords => tillWords[till] ?? tillWords.spiral!;
