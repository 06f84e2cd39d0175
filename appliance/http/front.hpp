// The parked-connection front. One epoll set owns every connection that waits, a worker gets one
// only while its socket has something to read or room to write, never blocks on it, and parks it
// again. So a thousand idle phones and clients that send a byte a second cost memory, not threads.
// Owns no thread: app calls poll_step() from one and work_step() from several.
#pragma once

#include "core/clock.hpp"
#include "core/log.hpp"
#include "http/counters.hpp"
#include "http/message.hpp"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace mnara::http {

struct FrontLimits
{
    std::size_t connections_max = 4096;
    std::size_t connections_per_address_max = 256; // a whole neighbourhood may sit behind one NAT
    std::size_t header_bytes_max = 16 * 1024;
    Millis header_deadline{5'000}; // from the first byte of a request to the end of its header
    Millis body_deadline{20'000};  // from the first byte of a request to its last
    Millis reply_deadline{30'000}; // until the client has taken the reply
    Millis idle_deadline{60'000};  // between requests
    Millis linger{2'000};          // a client that is still sending may read why it was refused
    Millis accept_pause{200};      // after running out of file descriptors
    Millis drain{3'000};           // after stop() a request under way may take so long to arrive
};

class Front
{
public:
    // How an accepted socket becomes the stream that is spoken on: plain TCP unless TLS is plugged
    // in. The stream is non-blocking: its receiveBytes and sendBytes answer -1 where they would
    // wait, and it keeps the file descriptor of the socket it was given.
    using Wrap = std::function<Poco::Net::StreamSocket(const Poco::Net::StreamSocket&)>;

    // Listens on "127.0.0.1:8080"; port 0 takes a free one. Throws Poco::Exception where it cannot.
    Front(Handler& handler, const Clock& clock, const Log& log, Counters& counters,
          const std::string& listen, FrontLimits limits = {}, Wrap wrap = {});
    ~Front();
    Front(const Front&) = delete;
    Front& operator=(const Front&) = delete;

    [[nodiscard]] std::string address() const; // with the real port

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
    enum class Wanted { Read, Write };

    void accept_all();
    bool accept_one();
    bool make_room(const std::string& peer);
    void close_idle();
    void sweep();
    void stop_listening();
    bool tell_late(Connection& connection);
    [[nodiscard]] Millis deadline_of(const Connection& connection) const;

    void serve(Connection& connection);
    bool receive(Connection& connection); // false: nothing more now, it was parked or closed
    bool flush(Connection& connection);   // false: not all is sent, it was parked or closed
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
    const Wrap wrap_;
    Poco::Net::ServerSocket listener_;
    int epoll_ = -1;
    int wake_ = -1; // eventfd: stop() ends a wait

    mutable std::mutex
        mutex_; // everything below; a queued connection's inside is its worker's alone
    std::condition_variable ready_changed_;
    std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
    std::map<std::string, std::size_t> per_address_;
    std::deque<Connection*> ready_;
    std::uint64_t last_id_ = 1; // 0 and 1 name the listener and wake_
    bool stopping_ = false;

    // The poller's own.
    bool listening_ = true;    // the listener is in the epoll set
    bool has_listener_ = true; // false from stop() on
    Millis accept_again_at_{0};
    Millis next_sweep_{0};
    std::optional<Millis> drain_until_;
};

} // namespace mnara::http
