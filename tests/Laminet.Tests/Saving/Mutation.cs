namespace Laminet.Tests.Saving;

/// <summary>Damage of the kinds that happen: flipped bits, other bytes, parts lost, doubled or exchanged.</summary>
internal static class Mutation
{
    public static byte[] Of(byte[] good, Random random)
    {
        List<byte> bytes = [.. good];
        for (int times = random.Next(1, 4); times > 0 && bytes.Count > 0; times--)
        {
            int place = random.Next(bytes.Count), length = Math.Min(random.Next(1, 16), bytes.Count - place);
            switch (random.Next(6))
            {
                case 0: bytes[place] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[place] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(place, length); break;
                case 3: bytes.InsertRange(place, bytes.GetRange(place, length)); break;
                case 4: bytes.RemoveRange(place, bytes.Count - place); break;
                // A digit, the most telling damage in a text of numbers.
                default: bytes[place] = (byte)('0' + random.Next(10)); break;
            }
        }

        return [.. bytes];
    }
}
