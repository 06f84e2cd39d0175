#include "unit/catch.hpp"
#include "unit/house.hpp"
#include "usecases/operator_sessions.hpp"

#include <thread>

using namespace mnara;
using usecases::OperatorError;
using usecases::Role;
using usecases::SignInError;

namespace {

constexpr const char* kPassword = "correct horse";

class Office : public House
{
public:
    Office()
    {
        REQUIRE(usecases::add_operator(context, "Jane", "Jane Wanjiru", Role::Cashier, kPassword));
    }
    auto sign_in(const std::string& password, const std::string& peer = "10.0.0.1",
                 const std::string& login = "jane")
    {
        return usecases::sign_in(context, login, password, peer, "a browser");
    }
};

} // namespace

TEST_CASE("An operator signs in with the password and is known by the cookie until it is revoked")
{
    Office office;
    const auto signed_in = office.sign_in(kPassword);
    REQUIRE(signed_in);
    CHECK(signed_in->op.login == "jane");
    CHECK(signed_in->op.role == Role::Cashier);
    const auto who = usecases::authenticate(office.context, signed_in->cookie_token);
    REQUIRE(who);
    CHECK(who->by_cookie);
    CHECK(who->csrf_token == signed_in->csrf_token);
    CHECK(usecases::actor_of(who->op) == "operator:1");
    CHECK_FALSE(usecases::authenticate(office.context, signed_in->csrf_token));
    CHECK_FALSE(usecases::authenticate(office.context, ""));
    usecases::sign_out(office.context, signed_in->cookie_token);
    CHECK_FALSE(usecases::authenticate(office.context, signed_in->cookie_token));
}

TEST_CASE("A wrong password, an unknown login and an operator without a password are all wrong")
{
    Office office;
    REQUIRE(usecases::add_operator(office.context, "linkonly", "No Password", Role::Owner, {}));
    CHECK(office.sign_in("Correct horse").error() == SignInError::Wrong);
    CHECK(office.sign_in(kPassword, "10.0.0.1", "nobody").error() == SignInError::Wrong);
    CHECK(office.sign_in("nobody has this password", "10.0.0.1", "linkonly").error() ==
          SignInError::Wrong);
    CHECK(office.number("SELECT COUNT(*) FROM sign_in WHERE outcome = 'wrong'") == 3);
}

TEST_CASE("P27: five wrong tries lock a login for 15 minutes, also for the right password")
{
    Office office;
    for (int peer = 1; peer <= 5; ++peer) {
        CHECK(office.sign_in("wrong", "10.0.1." + std::to_string(peer)).error() ==
              SignInError::Wrong);
        office.clock.advance(Seconds{60});
    }
    CHECK(office.sign_in(kPassword, "10.0.2.1").error() == SignInError::Locked);
    CHECK(office.number("SELECT COUNT(*) FROM sign_in WHERE outcome = 'wrong'") == 5);
    CHECK(office.number("SELECT COUNT(*) FROM sign_in WHERE outcome = 'locked'") == 1);
    office.clock.advance(Seconds{15 * 60 - 61});
    CHECK(office.sign_in(kPassword, "10.0.2.1").error() == SignInError::Locked);
    office.clock.advance(Seconds{1});
    CHECK(office.sign_in(kPassword, "10.0.2.1"));
}

TEST_CASE("Five wrong tries from an address lock the address, and nobody else")
{
    Office office;
    for (int login = 0; login < 5; ++login)
        CHECK(office.sign_in("wrong", "10.0.0.9", "guess" + std::to_string(login)).error() ==
              SignInError::Wrong);
    CHECK(office.sign_in(kPassword, "10.0.0.9").error() == SignInError::Locked);
    CHECK(office.sign_in(kPassword, "10.0.0.10"));
}

TEST_CASE("Wrong tries far apart lock nobody")
{
    Office office;
    for (int times = 0; times < 8; ++times) {
        CHECK(office.sign_in("wrong").error() == SignInError::Wrong);
        office.clock.advance(Seconds{5 * 60});
    }
    CHECK(office.sign_in(kPassword));
}

TEST_CASE("Tries at the same moment do not pass the limit together")
{
    Office office;
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&] {
            for (int times = 0; times < 3; ++times)
                wrong += office.sign_in("wrong").error() == SignInError::Wrong ? 1 : 0;
        });
    for (std::thread& thread : threads)
        thread.join();
    CHECK(wrong == 5);
    CHECK(office.sign_in(kPassword).error() == SignInError::Locked);
}

TEST_CASE("A one-time link works once and within 30 minutes")
{
    Office office;
    const auto link = usecases::make_sign_in_link(office.context, "jane");
    REQUIRE(link);
    CHECK_FALSE(usecases::authenticate(office.context, *link)); // it is no session by itself
    const auto first = usecases::sign_in_by_link(office.context, *link, "10.0.0.1", "a browser");
    REQUIRE(first);
    CHECK(usecases::authenticate(office.context, first->cookie_token));
    CHECK_FALSE(usecases::sign_in_by_link(office.context, *link, "10.0.0.1", "a browser"));
    const auto late = usecases::make_sign_in_link(office.context, "jane");
    office.clock.advance(Seconds{30 * 60});
    CHECK_FALSE(usecases::sign_in_by_link(office.context, *late, "10.0.0.1", "a browser"));
    CHECK(usecases::make_sign_in_link(office.context, "nobody").error() ==
          OperatorError::UnknownOperator);
}

TEST_CASE("A cookie lasts 12 hours after its last use, a program's token until it is revoked")
{
    Office office;
    const auto signed_in = office.sign_in(kPassword);
    const auto token = usecases::make_program_token(office.context, "jane");
    REQUIRE(signed_in);
    REQUIRE(token);
    for (int times = 0; times < 3; ++times) {
        office.clock.advance(Seconds{11 * 3600});
        CHECK(usecases::authenticate(office.context, signed_in->cookie_token));
    }
    office.clock.advance(Seconds{12 * 3600});
    CHECK_FALSE(usecases::authenticate(office.context, signed_in->cookie_token));
    office.clock.advance(Seconds{365 * 24 * 3600});
    const auto program = usecases::authenticate(office.context, *token);
    REQUIRE(program);
    CHECK_FALSE(program->by_cookie);
    CHECK_FALSE(usecases::sign_in_by_link(office.context, *token, "10.0.0.1", ""));
}

TEST_CASE("P27: neither tokens nor passwords stand in the database")
{
    Office office;
    const auto signed_in = office.sign_in(kPassword);
    REQUIRE(signed_in);
    office.db.read([&](storage::ReadTx& tx) {
        auto q = tx.query("SELECT COUNT(*) FROM operator_session WHERE token_hash = ?1",
                          storage::Blob{crypto::hash(signed_in->cookie_token)});
        REQUIRE(q.step());
        CHECK(q.get<std::int64_t>(0) == 1);
        auto hash = tx.query("SELECT password_hash FROM operator");
        REQUIRE(hash.step());
        CHECK(hash.get<std::string>(0).substr(0, 10) == "$argon2id$");
    });
}

TEST_CASE("A login that is taken or no word, and a weak password, are refused")
{
    Office office;
    const auto add = [&](const std::string& login, const std::string& password) {
        return usecases::add_operator(office.context, login, "Somebody", Role::Viewer, password)
            .error();
    };
    CHECK(add("JANE", kPassword) == OperatorError::LoginTaken);
    CHECK(add("a b", kPassword) == OperatorError::BadLogin);
    CHECK(add("", kPassword) == OperatorError::BadLogin);
    CHECK(add("newcomer", "short") == OperatorError::WeakPassword);
    CHECK(add("newcomer12", "NewComer12") == OperatorError::WeakPassword);
    for (const char* everybodys :
         {"password12", "2026-PASSWORD!", "passwordpassword", "newcomer-2026", "0712345678",
          "Nairobi2026", "aaaaaaaaaaaa", "............"}) {
        INFO(everybodys);
        CHECK(add("newcomer", everybodys) == OperatorError::WeakPassword);
    }
    CHECK(office.number("SELECT COUNT(*) FROM operator") == 1);
    CHECK(usecases::add_operator(office.context, "newcomer", "Somebody", Role::Viewer,
                                 "passwords of newcomers")
              .has_value());
}

TEST_CASE("Every role has one name that leads back to it")
{
    for (const Role role : {Role::Owner, Role::Manager, Role::Cashier, Role::Technician,
                            Role::Reseller, Role::Viewer})
        CHECK(usecases::role(usecases::to_text(role)) == role);
    CHECK_FALSE(usecases::role("root"));
}
