-- "Ends with 4567" is how a phone is told across a counter; the least that is looked for is four digits.
CREATE INDEX phone_ending ON phone(msisdn % 10000);
