/** Under it and a token each order by wallet has its page. */
export const walletPath = '/sandbox/wallet';
