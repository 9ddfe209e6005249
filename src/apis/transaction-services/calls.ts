import type { Handler } from './call.ts';
import { type Fault, fault } from './call.ts';
import { customerSignup } from './customers.ts';
import { followHandler } from './follow.ts';
import { inquiry, inquiryOf } from './inquiry.ts';
import {
  changeInvoiceConfig,
  invoiceConfig,
  invoiceInquiry,
  invoicePaymentInquiry,
  listInvoices,
  nextOrderId,
  totalInvoices,
} from './invoice-queries.ts';
import { cancelInvoice, generate, regenerate, remind } from './invoices.ts';
import { generatePayByLink } from './paylinks.ts';
import { payments } from './payments.ts';
import { payout, payoutBalance } from './payout.ts';
import { payWithoutToken, payWithToken } from './paywithtoken.ts';
import { repeat } from './recurring.ts';
import { listInstruments, register } from './registrations.ts';
import { installments, modesAndBrands, salesReport, transactionDetails, transactionList } from './reports.ts';
import { merchantSignup } from './signup.ts';
import { authToken, partnerAuthToken, regenerateToken } from './token-calls.ts';

/** One path: what it does, and how its refusals look. */
export interface Path {
  /** `token`: a caller needs one. `none`: the call gets one. */
  readonly proof: 'token' | 'none';
  /** `payment`: refusals name the payment `-` (section 10.1). `invoice`: so they do, and have their result by another name. */
  readonly refusals: 'payment' | 'bare' | 'invoice';
  /** Whether the path has an id behind its name. */
  readonly id: 'none' | 'needed';
  readonly run: Handler;
}

const capture = followHandler('capture');
const reverse = followHandler('release');
const refund = followHandler('refund');

/** What `payments/{id}` does, by its paymentType. */
const byType: Readonly<Record<string, Handler>> = {
  CP: capture,
  RV: reverse,
  RF: refund,
  IN: inquiryOf,
  DB: repeat,
  PA: repeat,
};

const ofPayment: Handler = async (call) => {
  const { fields, id } = call;
  const byOrder = fields.get('idType')?.toUpperCase() === 'MID';
  if (!byOrder && !/^\d{1,20}$/.test(id)) return fault('30036');
  const type = fields.get('paymentType')?.toUpperCase();
  if (type === undefined) return fault('30057');
  return Object.hasOwn(byType, type) ? byType[type]!(call) : fault('30044');
};

/** A path whose type is fixed; one that is sent must be it. */
const fixed =
  (type: string, run: Handler): Handler =>
  async (call) => {
    const said = call.fields.get('paymentType')?.toUpperCase();
    return said === undefined || said === type ? run(call) : fault('30044');
  };

const unsupported: Handler = async (): Promise<Fault> => fault('20052');

const call = (run: Handler, id: Path['id'] = 'none'): Path => ({ proof: 'token', refusals: 'payment', id, run });
const report = (run: Handler): Path => ({ ...call(run), refusals: 'bare' });
const invoice = (run: Handler): Path => ({ ...call(run), refusals: 'invoice' });
const token = (run: Handler): Path => ({ proof: 'none', refusals: 'bare', id: 'none', run });

/** Paths by their names. */
export type Calls = Readonly<Record<string, Path>>;

/** Every path below `/transactionServices/REST/v1`, by its name (section 1.2); with an id its name ends in `/`. */
export const calls: Calls = {
  authToken: token(authToken),
  partnerAuthToken: token(partnerAuthToken),
  regenerateToken: token(regenerateToken),
  payments: call(payments),
  'payments/': call(ofPayment, 'needed'),
  inquiry: call(inquiry),
  'refund/': call(fixed('RF', refund), 'needed'),
  'capture/': call(fixed('CP', capture), 'needed'),
  'reverse/': call(fixed('RV', reverse), 'needed'),
  'cancel/': call(fixed('RV', reverse), 'needed'),
  'getStatus/': call(fixed('IN', inquiryOf), 'needed'),
  getTransactionList: report(transactionList),
  getTransactionDetails: report(transactionDetails),
  getSalesReport: report(salesReport),
  getPaymentAndCardType: report(modesAndBrands),
  'getInstallmentWithToken/': call(installments, 'needed'),
  registrations: call(register),
  'registrations/': call(payWithToken, 'needed'),
  paywithtoken: call(payWithoutToken),
  'paywithtoken/': call(payWithToken, 'needed'),
  getCardsAndAccounts: call(listInstruments),
  payout: call(payout),
  'getPayoutBalance/': { ...call(payoutBalance, 'needed'), refusals: 'bare' },
  sendSMSCode: call(unsupported),
  generateTransactionOTP: call(unsupported),
  verifyTransactionOTP: call(unsupported),
  saveTransactionReceipt: call(unsupported),
  customerCardWhitelisting: call(unsupported),
  customerValidation: call(unsupported),
  paymentUpdate: call(unsupported),
  customerValidateAndUpdate: call(unsupported),
  exchangerDeposit: call(unsupported),
  validateWalletDetails: call(unsupported),
  checkConfirmation: call(unsupported),
  QRCheckout: call(unsupported),
  QRPayments: call(unsupported),
  'QRPayments/': call(unsupported, 'needed'),
  'inquiryStatus/': call(unsupported, 'needed'),
  initiateAuthentication: call(unsupported),
  authenticate: call(unsupported),
  updateUpiTransactionDetails: call(unsupported),
};

/** Every path below `/invoiceServices/REST/v1` (section 1.3). */
export const invoiceCalls: Calls = {
  authToken: token(authToken),
  regenerateToken: token(regenerateToken),
  generate: invoice(generate),
  regenerate: invoice(regenerate),
  cancel: invoice(cancelInvoice),
  remind: invoice(remind),
  inquiry: invoice(invoiceInquiry),
  invoiceTransInquiry: invoice(invoicePaymentInquiry),
  getInvoice: invoice(listInvoices),
  getInvoiceDetails: invoice(totalInvoices),
  getInvoiceConfig: invoice(invoiceConfig),
  getinvoiceconfigdetails: invoice(invoiceConfig),
  updateInvoiceConfig: invoice(changeInvoiceConfig),
  getOrderID: invoice(nextOrderId),
};

/** What is not done below `/merchantServices/api/v1` (section 1.4): the pages of merchants, which are no matter of payments. */
const refused = [
  'merchantLogin',
  'merchantLogout',
  'merchantCurrencies',
  'changePassword',
  'forgetPassword',
  'generateOtp',
  'generateAppOtp',
  'verifyAppOtp',
  'createOTP',
  'verifyOtp',
  'getAddress',
  'updateAddress',
  'resendEmail',
  'sendReceiptEmail',
  'sendReceiptSms',
] as const;

/** Every path below `/merchantServices/api/v1` (section 1.4). */
export const merchantCalls: Calls = {
  authToken: token(authToken),
  regenerateToken: token(regenerateToken),
  customerSignup: call(customerSignup),
  merchantSignup: report(merchantSignup),
  generatePayByLink: report(generatePayByLink),
  ...Object.fromEntries(refused.map((name) => [name, report(unsupported)])),
};
