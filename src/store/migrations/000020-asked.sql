-- That a merchant has asked how a payment ended. Where an API has merchants ask, operators are shown those who did not.
create table tollgate.asked (
  merchant_id int not null,
  payment_id uuid not null,
  at bigint not null,
  primary key (merchant_id, payment_id)
);
