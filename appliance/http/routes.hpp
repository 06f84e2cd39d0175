// The one table of what can be asked, by whom, and who answers. A route without roles is denied to
// everybody: access is what somebody wrote down here, never what was forgotten.
#pragma once

#include "core/json.hpp"
#include "http/message.hpp"
#include "http/services.hpp"
#include "usecases/listing.hpp"
#include "usecases/operator_sessions.hpp"

#include <initializer_list>
#include <map>
#include <span>
#include <variant>

namespace mnara::http {

// What a handler sees of one request.
struct Call
{
    Services& services;
    const Request& request;
    const Json& body; // {} where nothing was sent or the route reads no JSON
    std::map<std::string, std::string, std::less<>>
        path;                                   // what stands for {id} and the like, decoded
    std::optional<usecases::Authenticated> who; // always there unless the route is public
    std::string actor;                          // "operator:7"
    usecases::Context asked_by;                 // that of the house, with the caller's address
    // What whoever is signed in may see; nothing on public routes.
    usecases::listing::ReadScope scope = usecases::listing::ReadScope::of_sites({});

    [[nodiscard]] const usecases::Context& context() const { return asked_by; }
};

// A reading handler gets one snapshot, a writing one the transaction in which everything it does
// becomes true, or nothing; whatever it answers with 400 or more is rolled back.
using PlainHandler = Reply (*)(Call&);
using ReadingHandler = Reply (*)(storage::ReadTx&, Call&);
using WritingHandler = Reply (*)(storage::Tx&, Call&);
using AnyHandler = std::variant<PlainHandler, ReadingHandler, WritingHandler>;

class Access
{
public:
    constexpr Access() = default; // nobody
    static constexpr Access everyone() { return Access(kPublic); }
    // Not for people: answered to addresses too that operators may not come from.
    static constexpr Access machines() { return Access(kPublic | kMachines); }
    // Programs on this very box need no sign-in for it.
    [[nodiscard]] constexpr Access or_from_here() const { return Access(bits_ | kFromHere); }
    // Only people in a browser: what gives or takes a way in is not for programs, or a token that
    // leaked could make itself a password that outlives it.
    [[nodiscard]] constexpr Access in_person() const { return Access(bits_ | kInPerson); }
    static constexpr Access roles(std::initializer_list<usecases::Role> allowed)
    {
        unsigned bits = 0;
        for (const usecases::Role role : allowed)
            bits |= bit(role);
        return Access(bits);
    }
    [[nodiscard]] constexpr bool is_public() const { return (bits_ & kPublic) != 0; }
    [[nodiscard]] constexpr bool is_open_here() const { return (bits_ & kFromHere) != 0; }
    [[nodiscard]] constexpr bool is_in_person() const { return (bits_ & kInPerson) != 0; }
    [[nodiscard]] constexpr bool is_for_machines() const { return (bits_ & kMachines) != 0; }
    [[nodiscard]] constexpr bool allows(usecases::Role role) const
    {
        return is_public() || (bits_ & bit(role)) != 0;
    }

private:
    static constexpr unsigned kPublic = 1U << 31;
    static constexpr unsigned kMachines = 1U << 30;
    static constexpr unsigned kFromHere = 1U << 29;
    static constexpr unsigned kInPerson = 1U << 28;
    static constexpr unsigned bit(usecases::Role role) { return 1U << static_cast<unsigned>(role); }
    constexpr explicit Access(unsigned bits) : bits_(bits) {}
    unsigned bits_ = 0;
};

enum class Body { None, Json, Raw };
// Whether a request may come again under its Idempotency-Key without being done again; the handler
// must be a writing one.
enum class Once {
    No,    // a key is not looked at
    Keyed, // with a key it is done once
    Must,  // and without one it is refused
};

struct Route
{
    std::string_view method;
    std::string_view pattern; // "/api/v1/plans/{code}/versions"; each {name} is one segment
    AnyHandler handler;
    Access access = {};
    Body body = Body::None;
    Once once = Once::No;
    bool head = true; // a GET route also answers HEAD, unless asking changes something
    std::size_t body_bytes_max = 64 * 1024;
};

[[nodiscard]] std::span<const Route> routes();

// The segments of `path` where it fits the pattern; nothing where it does not.
[[nodiscard]] std::optional<std::map<std::string, std::string, std::less<>>>
match_path(std::string_view pattern, std::string_view path);

} // namespace mnara::http
