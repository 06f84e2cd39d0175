#include "network/payments/daraja_messages.hpp"

#include "core/crypto.hpp"
#include "domain/calendar.hpp"
#include "unit/catch.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

using mnara::Money;
using mnara::domain::C2bNotification;
using mnara::domain::PayerPhone;
using mnara::domain::StkCallback;
using mnara::network::parse_c2b;
using mnara::network::parse_stk_callback;

namespace {

const auto kPaidAt = mnara::domain::parse_compact_time("20260115143021");

const std::string kAmount = R"({"Name":"Amount","Value":1500.00})";
const std::string kReceipt = R"({"Name":"MpesaReceiptNumber","Value":"UAF3K7Q2ZX"})";
const std::string kDate = R"({"Name":"TransactionDate","Value":20260115143021})";
const std::string kPhone = R"({"Name":"PhoneNumber","Value":254712345678})";

std::string list(std::initializer_list<std::string_view> items)
{
    std::string text;
    for (const std::string_view item : items)
        text.append(text.empty() ? "" : ",").append(item);
    return text;
}

std::string amount_item(std::string_view value)
{
    return std::string(R"({"Name":"Amount","Value":)").append(value).append("}");
}

std::string stk(const std::string& code, const std::string& items)
{
    const std::string metadata =
        items.empty() ? "" : R"(,"CallbackMetadata":{"Item":[)" + items + "]}";
    return R"({"Body":{"stkCallback":{"MerchantRequestID":"9f3a-77",)"
           R"("CheckoutRequestID":"ws_CO_150120261430009712345678","ResultCode":)" +
           code + R"(,"ResultDesc":"what it says")" + metadata + "}}}";
}

StkCallback read_stk(const std::string& body)
{
    const auto read = parse_stk_callback(body);
    INFO(body);
    if (!read)
        FAIL(read.error());
    return *read;
}

std::string stk_error(const std::string& body)
{
    const auto read = parse_stk_callback(body);
    REQUIRE_FALSE(read.has_value());
    return read.error();
}

std::string c2b(const std::string& amount, const std::string& phone, const std::string& names,
                const std::string& reference = R"("WN-00412")")
{
    return R"({"TransactionType":"Pay Bill","TransID":"UAF3K7Q2ZX","TransTime":"20260115143021",)"
           R"("BusinessShortCode":"600638","InvoiceNumber":"","OrgAccountBalance":"",)"
           R"("TransAmount":)" +
           amount + R"(,"BillRefNumber":)" + reference + R"(,"MSISDN":)" + phone + "," + names +
           "}";
}

const std::string kNames = R"("FirstName":"JANE","MiddleName":"","LastName":"DOE")";

C2bNotification read_c2b(const std::string& body)
{
    const auto read = parse_c2b(body);
    INFO(body);
    if (!read)
        FAIL(read.error());
    return *read;
}

std::string c2b_error(const std::string& body)
{
    const auto read = parse_c2b(body);
    REQUIRE_FALSE(read.has_value());
    return read.error();
}

void check_whole(const StkCallback& read)
{
    CHECK(read.checkout_id == "ws_CO_150120261430009712345678");
    CHECK(read.result_code == "0");
    CHECK(read.amount == Money::from_cents(150'000));
    CHECK(read.receipt == "UAF3K7Q2ZX");
    CHECK(read.paid_at == kPaidAt);
    CHECK(read.phone == "254712345678");
}

} // namespace

TEST_CASE("an STK callback of a payment is read whole")
{
    const auto read = read_stk(
        stk("0", kAmount + "," + kReceipt + R"(,{"Name":"Balance"},)" + kDate + "," + kPhone));
    check_whole(read);
    CHECK(read.result_text == "what it says");
}

TEST_CASE("the items of an STK callback are found by name in any order")
{
    check_whole(read_stk(stk("0", kPhone + "," + kDate + R"(,{"Name":"Extra","Value":1},)" +
                                      kReceipt + "," + kAmount)));
}

TEST_CASE("an STK callback may carry its values and codes as texts")
{
    check_whole(read_stk(stk(R"("0")", R"({"Name":"Amount","Value":"1500.00"},)"
                                       R"({"Name":"MpesaReceiptNumber","Value":"uaf3k7q2zx"},)"
                                       R"({"Name":"TransactionDate","Value":"20260115143021"},)"
                                       R"({"Name":"PhoneNumber","Value":"0712 345 678"})")));
}

TEST_CASE("the Balance of an STK callback is ignored in every form")
{
    for (const std::string balance : {R"({"Name":"Balance"})", R"({"Name":"Balance","Value":null})",
                                      R"({"Name":"Balance","Value":12.5})",
                                      R"({"Name":"Balance","Value":"{Amount={Basic=4}}"})",
                                      R"({"Name":"Balance","Value":{"Amount":3}})"})
        check_whole(read_stk(stk("0", list({balance, kAmount, kReceipt, kDate, kPhone}))));
}

TEST_CASE("amounts are read exactly to the cent")
{
    const std::pair<std::string, std::int64_t> amounts[] = {{"1", 100},
                                                            {"1.0", 100},
                                                            {"1.00", 100},
                                                            {"0.10", 10},
                                                            {"1500.5", 150'050},
                                                            {"99999999.99", 9'999'999'999},
                                                            {"1234567.89", 123'456'789}};
    for (const auto& [text, cents] : amounts) {
        INFO(text);
        const auto read = read_stk(stk("0", list({amount_item(text), kReceipt})));
        CHECK(read.amount == Money::from_cents(cents));
        CHECK(read_c2b(c2b("\"" + text + "\"", "\"\"", kNames)).amount == Money::from_cents(cents));
    }
}

TEST_CASE("an amount that cannot be read exactly is refused and never guessed")
{
    for (const std::string amount : {"-5", "1.005", "1e3", "\"1,500.00\"", "\"\"", "true", "{}",
                                     "\"KES 10\"", "123456789012345678901234567890"}) {
        INFO(amount);
        CHECK(stk_error(stk("0", list({amount_item(amount), kReceipt}))) ==
              "Amount is not an amount");
        CHECK(c2b_error(c2b(amount, "\"\"", kNames)) == "TransAmount is not an amount");
    }
    CHECK(stk_error(stk("0", R"({"Name":"Amount","Value":0.00})")) == "Amount is zero");
    CHECK(c2b_error(c2b("\"0\"", "\"\"", kNames)) == "TransAmount is zero");
}

TEST_CASE("an item that comes twice in an STK callback is refused")
{
    CHECK(stk_error(stk("0", kAmount + R"(,{"Name":"Amount","Value":1})")) == "Amount comes twice");
}

TEST_CASE("a paid STK callback without metadata leaves amount and receipt open")
{
    const auto read = read_stk(stk("0", ""));
    CHECK(read.result_code == "0");
    CHECK_FALSE(read.amount.has_value());
    CHECK_FALSE(read.receipt.has_value());
}

TEST_CASE("a failed STK callback keeps its code as text, numbers and words alike")
{
    CHECK(read_stk(stk("1032", "")).result_code == "1032");
    CHECK(read_stk(stk("\"1032\"", "")).result_code == "1032");
    CHECK(read_stk(stk("\"SFC_IC0003\"", "")).result_code == "SFC_IC0003");
    // What only a paid one may carry is not looked at.
    CHECK_FALSE(read_stk(stk("1", kAmount)).amount.has_value());
}

TEST_CASE("what nobody is credited by may be unreadable in an STK callback")
{
    const auto read = read_stk(stk("0", kAmount + "," + kReceipt +
                                            R"(,{"Name":"TransactionDate","Value":"yesterday"},)"
                                            R"({"Name":"PhoneNumber","Value":"2547*****678"})"));
    CHECK(read.amount == Money::from_cents(150'000));
    CHECK_FALSE(read.paid_at.has_value());
    CHECK_FALSE(read.phone.has_value());
}

TEST_CASE("an STK callback that is no JSON, too large, too deep or of another shape is refused")
{
    CHECK(stk_error("Amount=10&Receipt=UAF3K7Q2ZX").rfind("not JSON", 0) == 0);
    CHECK(stk_error("").rfind("not JSON", 0) == 0);
    CHECK(stk_error(stk("0", kAmount) + " trailing").rfind("not JSON", 0) == 0);
    CHECK(stk_error(std::string(70'000, ' ') + stk("0", kAmount)) == "too large");
    CHECK(stk_error(R"({"Body":)" + std::string(40, '[') + std::string(40, ']') + "}") ==
          "nested too deep");
    CHECK(stk_error(R"({"Body":{"stkCallback":[]}})") == "there is no Body.stkCallback");
    CHECK(stk_error("[1]") == "there is no Body.stkCallback");
    CHECK(stk_error(R"({"Body":{"stkCallback":{"ResultCode":0}}})") ==
          "CheckoutRequestID is missing");
    CHECK(stk_error(R"({"Body":{"stkCallback":{"CheckoutRequestID":"a"}}})") ==
          "ResultCode is missing");
    CHECK(stk_error(stk("true", kAmount)) == "ResultCode is missing");
    CHECK(stk_error(stk("0", kAmount + R"(,{"Name":"MpesaReceiptNumber","Value":"A' OR 1"})")) ==
          "MpesaReceiptNumber is not a receipt");
}

TEST_CASE("a C2B confirmation is read whole")
{
    const auto read = read_c2b(c2b("\"1500.00\"", "\"254712345678\"", kNames));
    CHECK(read.receipt == "UAF3K7Q2ZX");
    CHECK(read.amount == Money::from_cents(150'000));
    CHECK(read.short_code == "600638");
    CHECK(read.bill_reference == "WN-00412");
    CHECK(read.payer.form == PayerPhone::Form::Clear);
    CHECK(read.payer.value == "254712345678");
    CHECK(read.payer_name == "JANE DOE");
    CHECK(read.paid_at == kPaidAt);
}

TEST_CASE("a C2B payer may be hashed or masked")
{
    const std::string hash = mnara::crypto::sha256_hex("254712345678");
    const auto hashed = read_c2b(c2b("\"10\"", "\"" + hash + "\"", kNames));
    CHECK(hashed.payer.form == PayerPhone::Form::Hashed);
    CHECK(hashed.payer.value == hash);
    const auto masked = read_c2b(c2b("\"10\"", R"("2547 ***** 678")", kNames));
    CHECK(masked.payer.form == PayerPhone::Form::Masked);
    CHECK(masked.payer.value == "2547*678");
    CHECK(read_c2b(c2b("\"10\"", "null", kNames)).payer.form == PayerPhone::Form::Unknown);
}

TEST_CASE("names in a C2B message may be empty, null, or hold the phone")
{
    CHECK(read_c2b(c2b("10", "\"\"", R"("FirstName":null,"LastName":"")")).payer_name.empty());
    CHECK(
        read_c2b(c2b("10", "\"\"", R"("FirstName":" JANE\n","LastName":"O - NEIL")")).payer_name ==
        "JANE O - NEIL");
    const auto read = read_c2b(c2b("10", "\"\"", R"("FirstName":"254712345678 - JANE")"));
    CHECK(read.payer_name == "JANE");
    CHECK(read.payer.value == "254712345678");
}

TEST_CASE("C2B keys are read in any case, numbers as well as texts, and an empty reference stands")
{
    const auto read =
        read_c2b(R"({"transid":"UAF3K7Q2ZX","TRANSAMOUNT":10.50,"msisdn":254712345678,)"
                 R"("businessShortCode":600638,"transTime":20260115143021})");
    CHECK(read.amount == Money::from_cents(1'050));
    CHECK(read.short_code == "600638");
    CHECK(read.payer.value == "254712345678");
    CHECK(read.paid_at == kPaidAt);
    CHECK(read.bill_reference.empty());
    CHECK(read_c2b(c2b("10", "\"\"", kNames, "null")).bill_reference.empty());
    CHECK(read_c2b(c2b("10", "\"\"", kNames, "100015")).bill_reference == "100015");
}

TEST_CASE("a C2B message without a receipt or that is no object is refused")
{
    CHECK(c2b_error(R"({"TransAmount":"10"})") == "TransID is not a receipt");
    CHECK(c2b_error(R"({"TransID":"UAF3K7Q2ZX"})") == "TransAmount is not an amount");
    CHECK(c2b_error("[]") == "not an object");
    CHECK(c2b_error("TransID=UAF3K7Q2ZX&TransAmount=10").rfind("not JSON", 0) == 0);
    CHECK(c2b_error(R"({"TransID":"A","TransID":"B","TransAmount":"1"})") ==
          "the key \"TransID\" comes twice");
}
