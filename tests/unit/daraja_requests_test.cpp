#include "network/payments/daraja_requests.hpp"

#include "domain/calendar.hpp"
#include "network/payments/request_pace.hpp"
#include "unit/catch.hpp"

#include <nlohmann/json.hpp>
#include <string>

using mnara::Millis;
using mnara::Money;
using mnara::network::DarajaFailure;
using mnara::network::read_failure;
using mnara::usecases::MpesaAccount;
using mnara::usecases::ProviderError;
using mnara::usecases::PushRequest;
using Kind = ProviderError::Kind;
using Meaning = DarajaFailure::Meaning;
using Json = nlohmann::json;

namespace {

const std::string kPasskey = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919";

MpesaAccount account(const std::string& till = "")
{
    return {
        "mpesa-sandbox", "http://127.0.0.1:1", "key", "secret", kPasskey, "174379", till, "v2", ""};
}

PushRequest push_request()
{
    return {Money::from_cents(150'000),
            "254712345678",
            "100015ABCD",
            "Internet",
            "https://isp.test/cb/s/x",
            mnara::domain::parse_compact_time("20210628092408").value()};
}

std::string envelope(const std::string& code, const std::string& message)
{
    return Json{{"requestId", "1c5b"}, {"errorCode", code}, {"errorMessage", message}}.dump();
}

} // namespace

TEST_CASE("the STK password is the published vector")
{
    CHECK(mnara::network::daraja_password(account(), "20210628092408") ==
          "MTc0Mzc5YmZiMjc5ZjlhYTliZGJjZjE1OGU5N2RkNzFhNDY3Y2QyZTBjODkzMDU5YjEwZjc4ZTZiNzJhZGExZWQy"
          "YzkxOTIwMjEwNjI4MDkyNDA4");
    CHECK(mnara::network::daraja_password(account(), "20260115143000") ==
          "MTc0Mzc5YmZiMjc5ZjlhYTliZGJjZjE1OGU5N2RkNzFhNDY3Y2QyZTBjODkzMDU5YjEwZjc4ZTZiNzJhZGExZWQy"
          "YzkxOTIwMjYwMTE1MTQzMDAw");
}

TEST_CASE("a push to a paybill names the paybill as receiver")
{
    const Json body = Json::parse(mnara::network::push_body(account(), push_request()));
    CHECK(body.at("BusinessShortCode") == "174379");
    CHECK(body.at("PartyB") == "174379");
    CHECK(body.at("TransactionType") == "CustomerPayBillOnline");
    CHECK(body.at("Amount") == 1500);
    CHECK(body.at("Amount").is_number_integer());
    CHECK(body.at("PartyA") == "254712345678");
    CHECK(body.at("PhoneNumber") == "254712345678");
    CHECK(body.at("Timestamp") == "20210628092408");
    CHECK(body.at("Password") == mnara::network::daraja_password(account(), "20210628092408"));
    CHECK(body.at("CallBackURL") == "https://isp.test/cb/s/x");
    CHECK(body.at("AccountReference") == "100015ABCD");
    CHECK(body.at("TransactionDesc") == "Internet");
    CHECK(body.size() == 11);
}

TEST_CASE("a push to a till keeps the store number and names the till as receiver")
{
    const Json body = Json::parse(mnara::network::push_body(account("832909"), push_request()));
    CHECK(body.at("BusinessShortCode") == "174379");
    CHECK(body.at("PartyB") == "832909");
    CHECK(body.at("TransactionType") == "CustomerBuyGoodsOnline");
}

TEST_CASE("query and registration carry what they must")
{
    const auto at = mnara::domain::parse_compact_time("20210628092408").value();
    const Json query = Json::parse(mnara::network::query_body(account(), "ws_CO_1", at));
    CHECK(query.at("CheckoutRequestID") == "ws_CO_1");
    CHECK(query.at("Timestamp") == "20210628092408");
    CHECK(query.at("Password") == mnara::network::daraja_password(account(), "20210628092408"));
    CHECK(query.at("BusinessShortCode") == "174379");
    const Json urls = Json::parse(mnara::network::register_body(account(), "http://c", "http://v"));
    CHECK(urls == Json{{"ShortCode", "174379"},
                       {"ResponseType", "Completed"},
                       {"ConfirmationURL", "http://c"},
                       {"ValidationURL", "http://v"}});
}

TEST_CASE("each known refusal has its meaning")
{
    struct Expected
    {
        int status;
        const char* code;
        const char* message;
        Kind kind;
        bool ours;
        Meaning meaning;
    };
    const Expected rows[] = {
        {400, "400.002.02", "Bad Request - Invalid PhoneNumber", Kind::Refused, false,
         Meaning::Plain},
        {400, "400.002.02", "Bad Request - Invalid CallBackURL", Kind::Refused, true,
         Meaning::Plain},
        {400, "400.002.05", "Invalid Request Payload", Kind::Refused, false, Meaning::Plain},
        {400, "400.003.01", "Invalid Access Token", Kind::NotDone, true, Meaning::TokenRefused},
        {401, "401.002.01", "Invalid Access Token", Kind::NotDone, true, Meaning::TokenRefused},
        {401, "401.003.01", "Invalid Access Token", Kind::NotDone, true, Meaning::TokenRefused},
        {404, "404.001.03", "Invalid Access Token", Kind::NotDone, true, Meaning::TokenRefused},
        {401, "401.003.01", "Invalid Access Token - Invalid API call as no apiproduct match found",
         Kind::Refused, true, Meaning::NoApiProduct},
        {403, "403.002.1001", "Not authorised", Kind::Refused, true, Meaning::Plain},
        {404, "404.001.01", "Resource not found", Kind::Refused, true, Meaning::Plain},
        {405, "405.001", "Method Not Allowed", Kind::Refused, false, Meaning::Plain},
        {500, "500.001.1001", "Wrong credentials", Kind::Refused, true, Meaning::Plain},
        {500, "500.001.1001", "[MerchantValidate] - Wrong credentials", Kind::Refused, true,
         Meaning::Plain},
        {500, "500.001.1001", "Merchant does not exist", Kind::Refused, true, Meaning::Plain},
        {500, "500.001.1001",
         "Unable to lock subscriber, a transaction is already in process for the current "
         "subscriber",
         Kind::NotDone, false, Meaning::Plain},
        {500, "500.001.1001", "The transaction is being processed", Kind::Unknown, false,
         Meaning::StillProcessing},
        {200, "500.001.1001", "", Kind::Unknown, false, Meaning::StillProcessing},
        {500, "500.001.1001", "The transaction does not Exist", Kind::Unknown, false,
         Meaning::Plain},
        {500, "500.003.02", "System is busy. Please try again in few minutes.", Kind::Unknown,
         false, Meaning::Plain},
        {500, "500.003.02", "Error Occurred: Spike Arrest Violation", Kind::NotDone, false,
         Meaning::Plain},
        {500, "500.003.03", "Error Occurred: Quota Violation", Kind::NotDone, false,
         Meaning::Plain},
        {500, "500.003.1001", "Urls are already registered.", Kind::Refused, false,
         Meaning::AlreadyRegistered},
        {500, "500.003.1001", "Duplicate notification info, SP ID is 1, correlator 2",
         Kind::Refused, true, Meaning::Plain},
        {500, "500.003.1001", "Internal Server Error", Kind::Unknown, false, Meaning::Plain},
        {503, "00.002.1001", "under maintenance", Kind::Unknown, false, Meaning::Plain},
        {500, "777.1", "Spike Arrest Violation", Kind::Unknown, false, Meaning::Plain},
    };
    for (const Expected& row : rows) {
        INFO(row.code << " " << row.message);
        const auto read = read_failure(row.status, envelope(row.code, row.message));
        CHECK(read.error.kind == row.kind);
        CHECK(read.error.our_configuration == row.ours);
        CHECK(read.meaning == row.meaning);
        CHECK(read.error.code == row.code);
        CHECK_FALSE(read.error.text.empty());
    }
}

TEST_CASE("an error code that contradicts its HTTP status proves nothing")
{
    for (const int status : {200, 400, 502}) {
        const auto read = read_failure(status, envelope(status == 502 ? "400.002.02" : "500.003.03",
                                                        "Error Occurred: Quota Violation"));
        CHECK(read.error.kind == Kind::Unknown);
    }
}

TEST_CASE("an answer of a gateway is unknown, whatever its status")
{
    for (const int status : {400, 401, 404, 429, 500, 502, 503, 504}) {
        const auto read = read_failure(status, "<html><body>Service Unavailable</body></html>");
        CHECK(read.error.kind == Kind::Unknown);
        CHECK(read.error.code == "http " + std::to_string(status));
    }
    CHECK(read_failure(500, "").error.kind == Kind::Unknown);
    CHECK(read_failure(500, R"(["errorCode"])").error.kind == Kind::Unknown);
}

TEST_CASE("the provider's words are repeated in part only, and never cut inside a character")
{
    std::string message(199, 'a');
    message += "\u00e9\u00e9\u00e9";
    const auto read = read_failure(500, envelope("500.9", message));
    CHECK(read.error.text.substr(read.error.text.size() - 3) == "aaa");
    CHECK(read.error.text.size() < 260);
}

TEST_CASE("an access token is read with its life as number or text")
{
    using mnara::network::read_token_answer;
    const auto number = read_token_answer(200, R"({"access_token":"abc","expires_in":3599})");
    REQUIRE(number.has_value());
    CHECK(number->text == "abc");
    CHECK(number->lifetime == mnara::Seconds{3599});
    CHECK(read_token_answer(200, R"({"access_token":"abc","expires_in":"3599"})")->lifetime ==
          mnara::Seconds{3599});
    CHECK(read_token_answer(200, R"({"access_token":"abc","expires_in":"soon"})")->lifetime ==
          mnara::Seconds{0});
    CHECK(read_token_answer(200, R"({"access_token":"abc","expires_in":-1})")->lifetime ==
          mnara::Seconds{0});
    CHECK(read_token_answer(200, R"({"access_token":"abc","expires_in":99999999999})")->lifetime ==
          mnara::Seconds{86'400});
}

TEST_CASE("no trouble with the access token is unknown, and a bare 400 is a wrong key")
{
    using mnara::network::read_token_answer;
    const auto bare = read_token_answer(400, "");
    REQUIRE_FALSE(bare.has_value());
    CHECK(bare.error().kind == Kind::NotDone);
    CHECK(bare.error().our_configuration);
    const auto page = read_token_answer(503, "<html></html>");
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().kind == Kind::NotDone);
    CHECK_FALSE(page.error().our_configuration);
    CHECK(read_token_answer(400, envelope("400.008.01", "Invalid Authentication passed"))
              .error()
              .our_configuration);
    CHECK(read_token_answer(200, R"({"expires_in":3599})").error().kind == Kind::NotDone);
}

TEST_CASE("a push is accepted only with code 0 and the id of its prompt")
{
    using mnara::network::read_push_answer;
    for (const std::string code : {"\"0\"", "0"}) {
        const auto read = read_push_answer(
            200, R"({"MerchantRequestID":"m","CheckoutRequestID":"ws_CO_1","ResponseCode":)" +
                     code + "}");
        REQUIRE(read.has_value());
        CHECK(read->checkout_id == "ws_CO_1");
    }
    for (const std::string body :
         {R"({"ResponseCode":"0"})", R"({"ResponseCode":"1","CheckoutRequestID":"ws_CO_1"})",
          R"({"CheckoutRequestID":"ws_CO_1"})", "", "<html></html>", "[]"}) {
        INFO(body);
        CHECK(read_push_answer(200, body).error().error.kind == Kind::Unknown);
    }
    CHECK(read_push_answer(500, R"({"CheckoutRequestID":"ws_CO_1","ResponseCode":"0"})")
              .error()
              .error.kind == Kind::Unknown);
}

TEST_CASE("every form of still processing is the query result 4999")
{
    using mnara::network::read_query_answer;
    const std::string processing = envelope("500.001.1001", "The transaction is being processed");
    CHECK(read_query_answer(500, processing, "ws_CO_1")->result_code == "4999");
    CHECK(read_query_answer(200, envelope("500.001.1001", ""), "ws_CO_1")->result_code == "4999");
    CHECK(read_query_answer(200, R"({"ResponseCode":"0","ResultCode":"4999"})", "ws_CO_1")
              ->result_code == "4999");
}

TEST_CASE("a query tells its result, and none of its errors is a verdict")
{
    using mnara::network::read_query_answer;
    const auto paid = read_query_answer(
        200,
        R"({"ResponseCode":"0","CheckoutRequestID":"ws_CO_1","ResultCode":"0","ResultDesc":"ok"})",
        "ws_CO_1");
    REQUIRE(paid.has_value());
    CHECK(paid->result_code == "0");
    CHECK(paid->result_text == "ok");
    CHECK(
        read_query_answer(200, R"({"ResponseCode":0,"ResultCode":1032})", "ws_CO_1")->result_code ==
        "1032");

    const std::pair<int, std::string> errors[] = {
        {500, envelope("500.001.1001", "The transaction does not Exist")},
        {500, envelope("500.001.1001", "Wrong credentials")},
        {500, envelope("500.003.02", "Error Occurred: Spike Arrest Violation")},
        {400, envelope("400.002.02", "Bad Request - Invalid CheckoutRequestID")},
        {503, "<html></html>"},
        {200, R"({"ResponseCode":"1","ResultCode":"0"})"},
        {200, R"({"ResponseCode":"0"})"},
        {200, R"({"ResponseCode":"0","CheckoutRequestID":"ws_CO_2","ResultCode":"0"})"},
        {500, R"({"ResponseCode":"0","ResultCode":"0"})"},
    };
    for (const auto& [status, body] : errors) {
        INFO(body);
        const auto read = read_query_answer(status, body, "ws_CO_1");
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().error.kind == Kind::Unknown);
    }
}

TEST_CASE("requests keep their distance, and a queue that is too long takes nobody more")
{
    mnara::network::RequestPace pace(2, Millis{1'000});
    CHECK(pace.reserve(Millis{10'000}) == Millis{0});
    CHECK(pace.reserve(Millis{10'000}) == Millis{500});
    CHECK(pace.reserve(Millis{10'000}) == Millis{1'000});
    CHECK_FALSE(pace.reserve(Millis{10'000}).has_value());
    CHECK(pace.reserve(Millis{10'500}) == Millis{1'000});
    // A pause is not saved up for a burst.
    CHECK(pace.reserve(Millis{60'000}) == Millis{0});
    CHECK(pace.reserve(Millis{60'000}) == Millis{500});
}
