/**
 * Recognises by its shape what should never be typed into a chat: seed phrases, private keys, passwords, codes.
 *
 * It knows no word lists and is only a first warning: the server's guard decides (bot/safety/guard.py).
 */

const SEED = /(?:^|[^a-z])(?:\d{1,2}[.):、]?\s*)?[a-z]{3,8}(?:[\s,，、;]+(?:\d{1,2}[.):、]?\s*)?[a-z]{3,8}){11,}(?![a-z])/i;
const SEED_HAN = /(?:^|[^\p{Script=Han}])\p{Script=Han}(?:[\s,，、;]+(?:\d{1,2}[.):、]?\s*)?\p{Script=Han}){11,}(?!\p{Script=Han})/u;
const COMMON = /\b(?:the|and|but|was|has|have|had|not|with|for|this|that|they|from|your|you|are|can|please|been|when|what)\b/gi;
const WIF = /(?:^|[^1-9A-HJ-NP-Za-km-z])(?:[5KL][1-9A-HJ-NP-Za-km-z]{50,51}|xprv[1-9A-HJ-NP-Za-km-z]{100,}|6P[1-9A-HJ-NP-Za-km-z]{56})(?![1-9A-HJ-NP-Za-km-z])/;
const HEX = /(?:^|[^0-9a-f])(?:0x)?[0-9a-f]{64}(?![0-9a-f])/i;
const KEY_WORDS = /私钥|私鑰|密钥|密鑰|导入钱包|匯入錢包|private\s*key|secret\s*key|seed/i;
const PASSWORD = /(?:密码|密碼|口令|password|passwd|passcode|\bpin\b)\s*(?:是|为|為|is|[:：=])\s*\S{4,}/i;
const CODE = /(?:验证码|驗證碼|校验码|动态码|動態碼|谷歌码|otp|2fa|(?:verification|security|sms|login|auth\w*)\s*code|\bcode)\s*(?:是|为|為|is|[:：=])?\s*\d{3}[\s-]?\d{3}(?!\d)/i;

/**
 * @param {string} text
 * @returns {"seed"|"key"|"password"|"code"|""} what it looks like; empty for nothing
 */
export function shape(text) {
  const plain = text.normalize("NFKC").replace(/[\u200b-\u200f\u2060\ufeff]/g, "");
  const seed = SEED.exec(plain);
  // A sentence has small common words, a list of coins is in capitals; a seed phrase has neither.
  if (seed && seed[0] !== seed[0].toUpperCase() && (seed[0].match(COMMON) ?? []).length < 2) return "seed";
  if (SEED_HAN.test(plain)) return "seed";
  if (WIF.test(plain) || (HEX.test(plain) && KEY_WORDS.test(plain))) return "key";
  if (PASSWORD.test(plain)) return "password";
  return CODE.test(plain) ? "code" : "";
}
