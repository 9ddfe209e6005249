/** A bug that payment systems have had, as a change of one place in the code. */
export interface Mutant {
  readonly name: string;
  /** What it does wrong, in the words of those who had it. */
  readonly bug: string;
  /** Below src. */
  readonly file: string;
  /** Occurs once in the file. */
  readonly find: string;
  readonly put: string;
  /** So much must come together for it that it takes dozens or hundreds of seeds: too long for the test suite. */
  readonly isRare?: true;
}
