-- Orders that are paid on a page of a bank, a wallet or a seller of vouchers: where the payer's browser goes back to from it, and what
-- was told of the payer, as it may be shown. By the token of the page.

create table sandbox.visits (
  token text primary key,
  return_url text,
  told text not null
);
