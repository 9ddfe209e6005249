interface TestCard {
  readonly number: string;
  readonly date: string;
  readonly code: string;
  readonly title: string;
  readonly outcome: string;
}

/** Cards of the sandbox that a newcomer should try first. */
export const testCards: readonly TestCard[] = [
  {
    number: '4440 0000 0990 0010',
    date: '01/39',
    code: 'any',
    title: 'Approved',
    outcome: 'The payment goes through.',
  },
  { number: '4440 0000 0990 0010', date: '05/39', code: 'any', title: 'Declined', outcome: 'The issuer says no.' },
  {
    number: '4012 0010 3714 1112',
    date: '01/39',
    code: 'any',
    title: '3-D Secure',
    outcome: 'The issuer asks for a one-time code: 111111 passes, anything else fails.',
  },
  {
    number: '8600 3100 0000 0018',
    date: '11/28',
    code: 'none',
    title: 'Uzcard',
    outcome: 'For GLOBAL PAY. A code is texted to the sandbox phone; it is 111111.',
  },
  {
    number: '4440 0000 0990 0010',
    date: '08/28',
    code: 'any',
    title: 'Lost answer',
    outcome: 'Approved, but the answer gets lost. The gateway asks the acquirer until it knows.',
  },
];
