import type { Tollgate } from './installation.ts';

/** A mail as the sandbox's mailbox shows it. */
export interface MailShown {
  readonly number: number;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The mails to an address, oldest first. */
export const mailsTo = async ({ url }: Pick<Tollgate, 'url'>, address: string): Promise<MailShown[]> => {
  const mails = (await (await fetch(`${url}/sandbox/mailbox/mails`)).json()) as MailShown[];
  return mails.filter(({ to }) => to === address).reverse();
};
