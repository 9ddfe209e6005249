-- What was mailed. A mail that comes again has the name of the first.

create table sandbox.mails (
  number bigint generated always as identity primary key,
  name text not null unique,
  sender text not null,
  recipient text not null,
  subject text not null,
  text text not null,
  html text not null,
  received_at bigint not null
);
