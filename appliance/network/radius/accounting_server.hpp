// The UDP socket to which our FreeRADIUS proxies accounting. A packet is answered only after the
// COMMIT that holds it, so that whoever was answered need not remember. One thread calls step();
// address() and counts() are safe from any.
#pragma once

#include "network/radius/packet.hpp"
#include "network/radius/seldom.hpp"
#include "usecases/accounting.hpp"

#include <Poco/Net/DatagramSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <atomic>
#include <string>
#include <vector>

namespace mnara::network::radius {

class AccountingServer
{
public:
    // Packets since the start.
    struct Counts
    {
        std::int64_t recorded = 0; // and answered, unless the network lost the answer
        std::int64_t refused =
            0; // signed and of no use: logged, and answered so that the spool moves on
        std::int64_t garbage = 0; // not RADIUS, or not signed with our secret: dropped
        std::int64_t unsaved = 0; // not recorded for trouble with the database: not answered
    };

    // Binds; throws Poco::Exception where the address cannot be had. Port 0: a free one.
    AccountingServer(const usecases::Context& context, const Poco::Net::SocketAddress& listen,
                     std::string secret);

    // Waits up to `wait` for a packet, then takes all that are there, up to a bound, in one
    // transaction. True where there was one. Never throws for what a packet or the database does.
    bool step(Millis wait);

    [[nodiscard]] Poco::Net::SocketAddress address() const { return socket_.address(); }
    [[nodiscard]] Counts counts() const;

private:
    struct Request
    {
        Poco::Net::SocketAddress from;
        Packet packet;
        bool proved = false; // had a Message-Authenticator
        bool unsaved = false;
    };

    [[nodiscard]] std::vector<Request> receive();
    void take(std::string_view datagram, const Poco::Net::SocketAddress& from,
              std::vector<Request>& into);
    void record(std::vector<Request>& requests);
    [[nodiscard]] bool record_alone(const usecases::AccountingRecord& record);
    void refuse_record(const Packet& packet, std::string_view reason);
    void answer(const Request& request);

    const usecases::Context& context_;
    Poco::Net::DatagramSocket socket_;
    std::string secret_;
    std::vector<char> buffer_;
    Seldom garbage_told_;
    std::atomic<std::int64_t> recorded_{0}, refused_{0}, garbage_{0}, unsaved_{0};
};

} // namespace mnara::network::radius
