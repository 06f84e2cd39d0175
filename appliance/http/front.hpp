// The parked-connection front. One epoll set owns every connection that waits, a worker gets one
// only while its socket has something to read or room to write, never blocks on it, and parks it
// again. So a thousand idle phones and clients that send a byte a second cost memory, not threads.
// Owns no thread: app calls poll_step() from one and work_step() from several.
#pragma once

#include "core/clock.hpp"
#include "core/log.hpp"
#include "http/channel.hpp"
#include "http/counters.hpp"
#include "http/message.hpp"

#include <Poco/Net/ServerSocket.h>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace mnara::http {

struct FrontLimits
{
    std::size_t connections_max = 4096;
    std::size_t connections_per_address_max = 256; // a whole neighbourhood may sit behind one NAT
    std::size_t header_bytes_max = 16 * 1024;
    Millis handshake_deadline{10'000}; // from being accepted until TLS is agreed on
    Millis header_deadline{5'000};     // from the first byte of a request to the end of its header
    Millis body_deadline{20'000};      // from the first byte of a request to its last
    Millis reply_deadline{30'000};     // until the client has taken the reply
    Millis idle_deadline{60'000};      // between requests
    Millis heartbeat{15'000};          // a reply that goes on says something at least so often
    Millis linger{2'000};              // a client that is still sending may read why it was refused
    Millis accept_pause{200};          // after running out of file descriptors
    Millis drain{3'000}; // after stop() a request under way may take so long to arrive
};

class Front
{
public:
    // Listens on "127.0.0.1:8080"; port 0 takes a free one. Throws Poco::Exception where it cannot.
    Front(Handler& handler, const Clock& clock, const Log& log, Counters& counters,
          const std::string& listen, FrontLimits limits = {});
    ~Front();
    Front(const Front&) = delete;
    Front& operator=(const Front&) = delete;

    // One more address, where connections are spoken through what `open` makes of them. Before the
    // first poll_step.
    void listen_also(const std::string& listen, OpenChannel open);

    // Requests from that address are asked by whom its X-Forwarded-For names (http/forwarded);
    // empty: from none. Before the first poll_step.
    void trust_proxy(std::string address) { trusted_proxy_ = std::move(address); }

    // With the real port; 0 is the address of the constructor, the others follow.
    [[nodiscard]] std::string address(std::size_t number = 0) const;

    // Accepts, wakes parked connections, ends those over their deadline; at most about `wait` long.
    void poll_step(Millis wait);
    // Serves one connection that is ready; waits for one at most `wait`.
    void work_step(Millis wait);

    // From any thread: takes no new connections, closes idle ones, lets requests under way finish,
    // but waits for no slow client. poll_step and work_step must go on until drained().
    void stop();
    [[nodiscard]] bool drained() const;

private:
    struct Connection;
    struct Listener
    {
        Poco::Net::ServerSocket socket;
        OpenChannel open;
    };
    enum class Wanted { Read, Write };

    void add_listener(const std::string& listen, OpenChannel open);
    void watch_listeners();
    void accept_all(Listener& listener);
    bool accept_one(Listener& listener);
    void pause_accepting(int error);
    void admit(const Poco::Net::StreamSocket& accepted, const OpenChannel& open);
    bool make_room(const std::string& household);
    void close_idle();
    void sweep();
    void stop_listening();
    bool tell_late(Connection& connection);
    [[nodiscard]] Millis deadline_of(const Connection& connection) const;

    void serve(Connection& connection);
    bool receive(Connection& connection); // false: nothing more now, it was parked or closed
    bool flush(Connection& connection);   // false: not all is sent, it was parked or closed
    bool go_on(Connection& connection);   // with a stream; false: it was parked or closed
    void wake(std::uint64_t id);          // its stream has more
    void answer(Connection& connection);
    void refuse_request(Connection& connection, int status);
    void park(Connection& connection, Wanted wanted);
    void queue(Connection& connection); // behind the others that are ready
    void queue_locked(Connection& connection);
    void close(Connection& connection);
    void close_locked(std::uint64_t id);

    Handler& handler_;
    const Clock& clock_;
    const Log& log_;
    Counters& counters_;
    const FrontLimits limits_;
    std::string trusted_proxy_;
    std::vector<Listener> listeners_;
    int epoll_ = -1;
    int wake_ = -1; // eventfd: stop() ends a wait

    mutable std::mutex
        mutex_; // everything below; a queued connection's inside is its worker's alone
    std::condition_variable ready_changed_;
    std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
    std::map<std::string, std::size_t> per_household_;
    std::deque<Connection*> ready_;
    std::uint64_t last_id_ = 15; // those below name the listeners and wake_
    bool stopping_ = false;

    // The poller's own.
    bool listening_ = true;     // the listeners are in the epoll set
    bool has_listeners_ = true; // false from stop() on
    Millis accept_again_at_{0};
    Millis next_sweep_{0};
    std::optional<Millis> drain_until_;
};

} // namespace mnara::http
